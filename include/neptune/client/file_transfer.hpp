#ifndef NEPTUNE_CLIENT_FILE_TRANSFER_HPP
#define NEPTUNE_CLIENT_FILE_TRANSFER_HPP

// Files and file sets to the server: in one request, in parts, or packed. Every upload is
// idempotent: after a broken connection it is simply sent again, the parts that arrived excepted.

#include <neptune/client/artifact_s3.hpp>
#include <neptune/client/local_file.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/deflate.hpp>
#include <neptune/core/glob.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/tar.hpp>
#include <neptune/wire/endpoints_files.hpp>
#include <neptune/wire/operations_writer.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::client {

/// Threads: one at a time. Errors of `send`: those that concern this one upload are its result;
/// ConnectionLost, LimitError and others that concern all are thrown.
class FileTransfer {
public:
    /// `on_progress` is called whenever bytes leave, `go_on` while bytes of S3 are fetched.
    FileTransfer(Session& session, std::string object_id, std::function<void()> on_progress,
                 GoOn go_on)
        : session_(session),
          object_id_(std::move(object_id)),
          on_progress_(std::move(on_progress)),
          go_on_(std::move(go_on)) {}

    std::optional<Error> send(const std::string& field, const UploadFile& upload) {
        return guarded([&] {
            if (upload.path.empty())
                send_content(atom(field, upload.extension), upload.content);
            else if (upload.path.starts_with("s3://"))
                send_object(atom(field, upload.extension), upload.path);
            else
                send_file(atom(field, upload.extension), upload.path);
        });
    }
    std::optional<Error> send(const std::string& field, const UploadFileSet& upload) {
        std::string unreadable;
        auto error = guarded([&] { unreadable = send_set(field, upload); });
        if (error || unreadable.empty()) return error;
        return Error(ErrorCode::file_unreadable,
                     "some files of the set " + field + " cannot be read: " + unreadable,
                     "check their permissions");
    }

private:
    // A field, or a file in a set: which endpoints, and their common parameters.
    struct Target {
        std::string field;
        bool in_set = false;
        std::string name;  // extension, or path in the set
    };
    static Target atom(const std::string& field, const std::string& extension) {
        return {field, false, extension};
    }

    // What the server has of an upload in parts, so that a broken connection costs one part only.
    struct Begun {
        std::string field, name, path, upload_id;
        LocalFile::Stamp stamp;
        std::int64_t next_part = 0;
    };

    template <class Action>
    std::optional<Error> guarded(Action action) {
        try {
            action();
            return std::nullopt;
        } catch (const FileError& error) {
            return Error(error.code(), error.message(), error.advice());
        } catch (const ArtifactError& error) {
            return Error(error.code(), error.message(), error.advice());
        } catch (const MetadataInconsistency& error) {
            return Error(error.code(), error.message(), error.advice());
        } catch (const ClientHttpError& error) {
            return Error(ErrorCode::upload_refused,
                         "the server refused an upload: " + error.message(), error.advice());
        } catch (const std::system_error& error) {
            return Error(ErrorCode::file_unreadable,
                         std::string("an upload failed on this machine: ") + error.what(),
                         "check the directory for temporary files, TMPDIR");
        }
    }

    static void check(const std::vector<wire::OperationErrorDto>& errors) {
        if (!errors.empty())
            throw MetadataInconsistency(
                ErrorCode::operation_refused,
                "the server refused an upload: " + errors.front().error_description);
    }
    static void check(const wire::UploadErrors& reply) { check(reply.errors); }

    http::BodySource in_memory(const std::string& content) const {
        return {content.size(),
                [this, &content](std::uint64_t offset, char* buffer, std::size_t size) {
                    on_progress_();
                    return content.copy(buffer, size, static_cast<std::size_t>(offset));
                }};
    }
    void send_whole(const Target& to, http::BodySource source) {
        if (to.in_set)
            check(session_.upload<wire::UploadFileSetFile>({object_id_, to.field, to.name},
                                                           std::move(source)));
        else
            check(session_.upload<wire::UploadFile>({object_id_, to.field, to.name},
                                                    std::move(source)));
    }

    // --- one file
    void send_content(const Target& to, const std::string& content) {
        const auto& parts = session_.config().multi_part_upload;
        if (!parts || !parts->enabled ||
            content.size() <= static_cast<std::size_t>(parts->max_single_part_size)) {
            send_whole(to, in_memory(content));
            return;
        }
        send_parts(to, "", {}, content.size(), [&](std::uint64_t first, std::uint64_t length) {
            return http::BodySource{
                length,
                [this, &content, first](std::uint64_t offset, char* buffer, std::size_t size) {
                    on_progress_();
                    return content.copy(buffer, size, static_cast<std::size_t>(first + offset));
                }};
        });
    }

    // An object of S3 comes to this machine first: it may be large, and may have to be sent again.
    void send_object(const Target& to, const std::string& location) {
        struct Directory {
            std::string path = core::make_temp_directory("neptune-s3-");
            Directory() = default;
            Directory(const Directory&) = delete;
            Directory& operator=(const Directory&) = delete;
            ~Directory() {
                std::error_code left_behind;  // in the directory for temporary files
                std::filesystem::remove_all(path, left_behind);
            }
        } const directory;
        const auto copy = directory.path + "/object";
        read_s3_object_to_file(location, copy, go_on_);
        send_file(to, copy);
    }

    void send_file(const Target& to, const std::string& path) {
        // A file that is written all the time would be begun for ever.
        constexpr int most_attempts = 10;
        for (int attempt = 0; attempt < most_attempts; ++attempt) {
            try {
                LocalFile file(path);
                send_file(to, path, file);
                return;
            } catch (const FileChanged&) {
                begun_.reset();
            } catch (const ClientHttpError& error) {
                if (error.body().find(length_mismatch) == std::string::npos) throw;
                begun_.reset();
            }
        }
        throw FileUploadError(ErrorCode::file_changed,
                              "cannot upload " + path + ": it changed during each of " +
                                  std::to_string(most_attempts) + " attempts",
                              "upload a copy of it, or wait until it is complete");
    }
    // What the server says of a part that is not as long as announced (wire protocol §8.1).
    static constexpr std::string_view length_mismatch =
        "Length of stream does not match given range";

    void send_file(const Target& to, const std::string& path, LocalFile& file) {
        const auto& parts = session_.config().multi_part_upload;
        if (!parts || !parts->enabled) {
            send_whole(to, file.part(0, file.size(), on_progress_));
            return;
        }
        if (file.size() <= static_cast<std::uint64_t>(parts->max_single_part_size)) {
            send_whole(to, in_memory(file.content()));
            return;
        }
        send_parts(to, path, file.opened(), file.size(),
                   [&](std::uint64_t first, std::uint64_t length) {
                       file.check_unchanged();
                       return file.part(first, length, on_progress_);
                   });
        file.check_unchanged();
    }

    template <class MakePart>
    void send_parts(const Target& to, const std::string& path, const LocalFile::Stamp& stamp,
                    std::uint64_t size, MakePart make_part) {
        const std::uint64_t chunk = part_size(path.empty() ? to.field : path, size);
        const bool resumed = begun_ && begun_->field == to.field && begun_->name == to.name &&
                             begun_->path == path && begun_->stamp == stamp && !path.empty();
        if (!resumed) begin(to, path, stamp, size);
        try {
            for (; static_cast<std::uint64_t>(begun_->next_part) * chunk < size;
                 ++begun_->next_part) {
                const std::uint64_t first = static_cast<std::uint64_t>(begun_->next_part) * chunk;
                const std::uint64_t length = (std::min)(chunk, size - first);
                send_part(to, first, length, size, make_part(first, length));
            }
            finish(to);
        } catch (const ConnectionLost&) {
            throw;
        } catch (const Error&) {
            begun_.reset();
            if (!resumed) throw;
            // Perhaps the server has forgotten what was begun: then it is begun again.
            throw FileChanged{};
        }
        begun_.reset();
    }
    [[nodiscard]] std::uint64_t part_size(const std::string& what, std::uint64_t size) {
        const auto& limits = *session_.config().multi_part_upload;
        const auto smallest =
            static_cast<std::uint64_t>((std::max)(limits.min_chunk_size, std::int64_t{1}));
        const auto largest = static_cast<std::uint64_t>(limits.max_chunk_size);
        const auto count =
            static_cast<std::uint64_t>((std::max)(limits.max_chunk_count, std::int64_t{1}));
        const std::uint64_t needed = size / count + (size % count != 0 ? 1 : 0);
        if (needed > largest)
            throw FileUploadError(ErrorCode::file_too_large,
                                  "cannot upload " + what + ": its " + std::to_string(size) +
                                      " bytes are more than " + std::to_string(count) +
                                      " parts (maxChunkCount) of " + std::to_string(largest) +
                                      " bytes (maxChunkSize) hold",
                                  "split the file");
        return (std::max)(needed, smallest);
    }
    void begin(const Target& to, const std::string& path, const LocalFile::Stamp& stamp,
               std::uint64_t size) {
        const auto total = static_cast<std::int64_t>(size);
        const auto reply =
            to.in_set
                ? session_.call<wire::StartFileSetFileUpload>(
                      {object_id_, to.field, to.name, total})
                : session_.call<wire::StartFileUpload>({object_id_, to.field, to.name, total});
        if (reply.errors) check(*reply.errors);
        if (!reply.upload_id)
            throw ApiError(ErrorCode::invalid_reply, "the server began an upload without an id",
                           "is it a Neptune server?", 200, {});
        begun_ = Begun{to.field, to.name, path, *reply.upload_id, stamp, 0};
    }
    void send_part(const Target& to, std::uint64_t first, std::uint64_t length, std::uint64_t size,
                   http::BodySource source) {
        const auto range = wire::to_text(wire::UploadRange{
            static_cast<std::int64_t>(first), static_cast<std::int64_t>(first + length - 1),
            static_cast<std::int64_t>(size)});
        if (to.in_set)
            check(session_.upload<wire::UploadFileSetFilePart>(
                {object_id_, to.field, to.name, begun_->upload_id, begun_->next_part, range},
                std::move(source)));
        else
            check(session_.upload<wire::UploadFilePart>(
                {object_id_, to.field, begun_->upload_id, begun_->next_part, range},
                std::move(source)));
    }
    void finish(const Target& to) {
        if (to.in_set)
            check(session_.call<wire::FinishFileSetFileUpload>(
                {object_id_, to.field, to.name, begun_->upload_id}));
        else
            check(session_.call<wire::FinishFileUpload>({object_id_, to.field, begun_->upload_id}));
    }

    // --- file sets
    struct Member {
        std::string path, name;
        std::uint64_t size = 0;
    };

    // The files that could not be read, in words.
    std::string send_set(const std::string& field, const UploadFileSet& upload) {
        std::string unreadable;
        const auto members = find_members(upload, unreadable);
        // The endpoint for one file cannot empty the set, so that is done before.
        if (upload.reset && session_.config().multi_part_upload &&
            session_.config().multi_part_upload->enabled)
            erase(field);
        bool reset = upload.reset;
        std::vector<Member> package;
        std::uint64_t bytes = 0;
        const auto send = [&] {
            if (package.size() == 1 && !reset)
                send_member(field, package.front(), unreadable);
            else if (!package.empty() || reset)
                send_package(field, package, reset, unreadable);
            package.clear();
            bytes = 0;
        };
        for (const auto& member : members) {
            if (member.size > package_bytes) {
                if (reset) send();
                reset = false;
                send_member(field, member, unreadable);
                continue;
            }
            if (bytes + member.size > package_bytes || package.size() == package_files) {
                send();
                reset = false;
            }
            package.push_back(member);
            bytes += member.size;
        }
        send();
        return unreadable;
    }
    // A package is closed beyond either; a larger file goes alone (wire protocol §8.3).
    static constexpr std::uint64_t package_bytes = std::uint64_t{5} << 20;
    static constexpr std::size_t package_files = 501;

    static std::vector<Member> find_members(const UploadFileSet& upload, std::string& unreadable) {
        const auto files = core::expand_globs(upload.globs);
        auto root = core::common_root(files, upload.working_directory);
        if (root != "/") root += '/';
        std::vector<Member> members;
        for (const auto& path : files) {
            try {
                members.push_back({path, path.substr(root.size()), LocalFile(path).size()});
            } catch (const FileError& error) {
                note(unreadable, error);
            }
        }
        return members;
    }
    void send_member(const std::string& field, const Member& member, std::string& unreadable) {
        try {
            send_file({field, true, member.name}, member.path);
        } catch (const FileError& error) {
            note(unreadable, error);
        }
    }
    void send_package(const std::string& field, const std::vector<Member>& members, bool reset,
                      std::string& unreadable) {
        core::TarWriter tar;
        for (const auto& member : members) {
            try {
                const LocalFile file(member.path);
                tar.add(member.name, file.content(), file.modified());
            } catch (const FileError& error) {
                note(unreadable, error);
            }
        }
        const auto archive = core::gzip_compress(tar.take());
        check(session_.upload<wire::UploadFileSetTar>({object_id_, field, reset},
                                                      in_memory(archive)));
    }
    static void note(std::string& unreadable, const FileError& error) {
        constexpr std::size_t enough = 1'000;
        if (unreadable.size() > enough) {
            if (!unreadable.ends_with("...")) unreadable += ", ...";
            return;
        }
        unreadable += (unreadable.empty() ? "" : ", ") + error.message();
    }
    void erase(const std::string& field) {
        wire::ExecuteOperations::Request request;
        request.experiment_id = object_id_;
        request.operations = wire::write_operations({{field, wire::DeleteAttribute{}}});
        static_cast<void>(session_.call<wire::ExecuteOperations>(request));
    }

    Session& session_;
    const std::string object_id_;
    const std::function<void()> on_progress_;
    const GoOn go_on_;
    std::optional<Begun> begun_;
};

}  // namespace neptune::client

#endif
