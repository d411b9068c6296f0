#ifndef NEPTUNE_CLIENT_MONITORING_GIT_FILES_HPP
#define NEPTUNE_CLIENT_MONITORING_GIT_FILES_HPP

// What the files of a Git repository tell without the program git: where it is, commit, branch,
// remotes, and whether files differ from the index by their size or time. Worktrees and submodules,
// whose `.git` is a file, included. Formats: gitrepository-layout(5), gitformat-index(5).

#include <neptune/client/monitoring/system_files.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace neptune::client {

/// Each function reads anew and never throws for what is missing or damaged: it tells less.
class GitFiles {
public:
    /// The repository that `path`, a file or directory, lies in. Nothing if there is none.
    [[nodiscard]] static std::optional<GitFiles> find(const std::string& path) {
        const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                               &std::free);
        if (!real) return std::nullopt;
        for (std::string directory = real.get(); !directory.empty();
             directory.erase(directory.rfind('/'))) {
            const std::string entry = directory + "/.git";
            struct ::stat status {};
            if (::stat(entry.c_str(), &status) != 0) continue;
            std::string repository = entry;
            if (S_ISREG(status.st_mode)) {
                const auto text = detail::system_file(entry).value_or("");
                constexpr std::string_view key = "gitdir: ";
                if (!text.starts_with(key)) continue;
                repository = absolute(directory, first_line(text.substr(key.size())));
            }
            if (!detail::system_file(repository + "/HEAD")) continue;
            return GitFiles(directory, std::move(repository));
        }
        return std::nullopt;
    }

    /// Top of the working tree.
    [[nodiscard]] const std::string& root() const { return root_; }

    /// Name of the branch; nothing for a detached head.
    [[nodiscard]] std::optional<std::string> branch() const {
        constexpr std::string_view prefix = "refs/heads/";
        const auto reference = symbolic(head());
        return reference && reference->starts_with(prefix)
                   ? std::optional(reference->substr(prefix.size()))
                   : std::nullopt;
    }
    /// Commit of the head; nothing before the first one.
    [[nodiscard]] std::optional<std::string> commit() const {
        std::string text = head();
        // A reference may name another one; that chains end is up to the repository.
        for (int depth = 0; depth < 5; ++depth) {
            const auto reference = symbolic(text);
            if (!reference) break;
            text = read_reference(*reference).value_or("");
        }
        const bool is_id = (text.size() == 40 || text.size() == 64) &&
                           text.find_first_not_of("0123456789abcdef") == std::string::npos;
        return is_id ? std::optional(text) : std::nullopt;
    }
    /// When and by whom the head was last moved, and why, as its log has it.
    struct Move {
        std::string commit, name, email, message;
        core::Millis time = 0;
    };
    [[nodiscard]] std::optional<Move> last_move() const {
        auto text = detail::system_file(repository_ + "/logs/HEAD").value_or("");
        while (text.ends_with('\n')) text.pop_back();
        std::string_view line = text;
        if (const auto last = line.rfind('\n'); last != std::string_view::npos)
            line.remove_prefix(last + 1);
        // <old> <new> <name> <<email>> <seconds> <zone>\t<message>
        const auto tab = line.find('\t');
        const auto head = line.substr(0, tab);
        const auto open = head.find(" <");
        const auto close = head.find("> ", open == std::string_view::npos ? 0 : open);
        const auto words = detail::split(head, " ");
        if (open == std::string_view::npos || close == std::string_view::npos || words.size() < 4)
            return std::nullopt;
        Move move;
        move.commit = words[1];
        const auto name = words[0].size() + words[1].size() + 2;
        if (name <= open) move.name = head.substr(name, open - name);
        move.email = head.substr(open + 2, close - open - 2);
        const auto when = detail::split(head.substr(close + 2), " ");
        if (!when.empty()) move.time = core::parse_int64(when[0]).value_or(0) * 1000;
        if (tab != std::string_view::npos) move.message = line.substr(tab + 1);
        return move;
    }
    /// Addresses of the remotes in the order of the configuration, without user names and passwords
    /// of http addresses.
    [[nodiscard]] std::vector<std::string> remotes() const {
        std::vector<std::string> result;
        const auto text = detail::system_file(common_ + "/config").value_or("");
        bool in_remote = false, has_address = false;
        for (auto line : detail::split(text, "\n")) {
            line.remove_prefix((std::min)(line.find_first_not_of(" \t"), line.size()));
            if (line.starts_with('[')) {
                in_remote = line.starts_with("[remote \"");
                has_address = false;
                continue;
            }
            const auto equals = line.find('=');
            if (!in_remote || has_address || equals == std::string_view::npos) continue;
            const auto key = detail::split(line.substr(0, equals));
            if (key.size() != 1 || key[0] != "url") continue;
            auto value = line.substr(equals + 1);
            value.remove_prefix((std::min)(value.find_first_not_of(" \t\""), value.size()));
            while (value.ends_with(' ') || value.ends_with('\t') || value.ends_with('"') ||
                   value.ends_with('\r'))
                value.remove_suffix(1);
            result.push_back(without_secret(std::string(value)));
            has_address = true;
        }
        return result;
    }
    /// True if a file of the index is missing, or has another size or time than there. Files that
    /// Git does not know are not seen; a file that was only touched counts.
    [[nodiscard]] bool looks_dirty() const {
        const auto index = detail::system_file(repository_ + "/index").value_or("");
        const auto version = number32(index, 4);
        if (!index.starts_with("DIRC") || version < 2 || version > 4) return false;
        const auto count = number32(index, 8);
        std::string name;
        std::size_t at = 12;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::size_t start = at;
            // 40 bytes of stat(2), the blob's id of 20, flags; 2 more bytes of flags from version 3
            if (at + 62 > index.size()) return false;
            const auto flags = (static_cast<unsigned char>(index[at + 60]) << 8) |
                               static_cast<unsigned char>(index[at + 61]);
            at += (flags & 0x4000) != 0 ? 64 : 62;
            if (version == 4 && !drop_from(name, index, at)) return false;
            const auto end = index.find('\0', at);
            if (end == std::string::npos) return false;
            if (version == 4)
                name.append(index, at, end - at);
            else
                name = index.substr(at, end - at);
            at = version == 4 ? end + 1 : start + ((end - start) / 8 + 1) * 8;
            if ((flags & 0x8000) != 0) continue;  // assumed to be unchanged
            constexpr std::uint32_t submodule = 0160000;
            const auto mode = number32(index, start + 24);
            if ((mode & 0170000) != submodule && differs(index, start, name)) return true;
        }
        return false;
    }

private:
    GitFiles(std::string root, std::string repository)
        : root_(std::move(root)), repository_(std::move(repository)), common_(repository_) {
        if (const auto text = detail::system_file(repository_ + "/commondir"))
            common_ = absolute(repository_, first_line(*text));
    }

    static std::string first_line(std::string_view text) {
        return std::string(text.substr(0, text.find_first_of("\r\n")));
    }
    static std::string absolute(const std::string& directory, const std::string& path) {
        return path.starts_with('/') ? path : directory + "/" + path;
    }
    [[nodiscard]] std::string head() const {
        return first_line(detail::system_file(repository_ + "/HEAD").value_or(""));
    }
    static std::optional<std::string> symbolic(const std::string& text) {
        constexpr std::string_view key = "ref: ";
        return text.starts_with(key) ? std::optional(text.substr(key.size())) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> read_reference(const std::string& name) const {
        for (const auto& place : {repository_, common_})
            if (const auto text = detail::system_file(place + "/" + name)) return first_line(*text);
        const auto packed = detail::system_file(common_ + "/packed-refs").value_or("");
        for (const auto line : detail::split(packed, "\n")) {
            const auto words = detail::split(line, " ");
            if (words.size() == 2 && words[1] == name) return std::string(words[0]);
        }
        return std::nullopt;
    }
    static std::string without_secret(std::string address) {
        for (const std::string_view scheme : {"http://", "https://"}) {
            if (!address.starts_with(scheme)) continue;
            const auto end = (std::min)(address.find('/', scheme.size()), address.size());
            const auto at = address.rfind('@', end - 1);
            if (at != std::string::npos && at >= scheme.size())
                address.erase(scheme.size(), at + 1 - scheme.size());
        }
        return address;
    }

    // Big-endian, 0 beyond the end.
    static std::uint32_t number32(const std::string& bytes, std::size_t at) {
        if (at + 4 > bytes.size()) return 0;
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < 4; ++i)
            number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
        return number;
    }
    // Version 4: how many bytes of the last name do not begin this one. False: damaged.
    static bool drop_from(std::string& name, const std::string& bytes, std::size_t& at) {
        std::size_t dropped = 0;
        for (bool more = true, first = true; more; first = false) {
            if (at >= bytes.size() || dropped > bytes.size()) return false;
            const auto byte = static_cast<unsigned char>(bytes[at++]);
            dropped = (first ? 0 : (dropped + 1) << 7) | (byte & 0x7F);
            more = (byte & 0x80) != 0;
        }
        if (dropped > name.size()) return false;
        name.resize(name.size() - dropped);
        return true;
    }
    [[nodiscard]] bool differs(const std::string& index, std::size_t entry,
                               const std::string& name) const {
        struct ::stat status {};
        if (::lstat((root_ + "/" + name).c_str(), &status) != 0) return true;
        // The fields are cut to 32 bits. An index without times was written by another program.
        const auto seconds = number32(index, entry + 8);
        return number32(index, entry + 36) != static_cast<std::uint32_t>(status.st_size) ||
               (seconds != 0 && seconds != static_cast<std::uint32_t>(status.st_mtime));
    }

    std::string root_, repository_, common_;
};

}  // namespace neptune::client

#endif
