#ifndef NEPTUNE_JOURNAL_STATE_HPP
#define NEPTUNE_JOURNAL_STATE_HPP

// The two counters of a journal on disk: how far the server has it, and how far the batch goes that
// may be under way. Two slots are written in turn, so that a write cut short leaves the older pair.
// The counters are written after the data they speak of: an older pair only means that something is
// sent again, which the server recognises.

#include <neptune/core/check.hpp>
#include <neptune/journal/file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

namespace neptune::journal {

struct Counters {
    std::uint64_t acknowledged = 0;  ///< the server has everything up to here
    std::uint64_t flight_last =
        0;  ///< last number of the batch under way; none if not above `acknowledged`
};

/// The file `state`. Threads: the journal serialises the calls.
class StateFile {
public:
    /// Opens or makes the file and reads the newer valid slot. Errors: std::system_error.
    explicit StateFile(const std::string& path)
        : file_(core::open_file(path, O_RDWR | O_CREAT, file_mode)) {
        for (std::size_t i = 0; i < 2; ++i) {
            Slot slot;
            const std::size_t got = read_at(file_, reinterpret_cast<char*>(&slot), sizeof slot,
                                            i * slot_distance, path);
            if (got != sizeof slot || slot.check != check_of(slot) ||
                slot.generation <= generation_)
                continue;
            generation_ = slot.generation;
            counters_ = slot.counters;
        }
    }

    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
    /// False for a file that never held counters, or lost them in a power cut.
    [[nodiscard]] bool known() const noexcept { return generation_ != 0; }

    /// Takes the counters over and writes them: they survive SIGKILL on return. Where the disk does
    /// not take them, the older pair stays on it until `save` succeeds. That is no error of this
    /// call: what is sent is what makes room on a full disk.
    void set(const Counters& counters) {
        counters_ = counters;
        saved_ = false;
        static_cast<void>(save());
    }
    /// Writes what could not be written before.
    [[nodiscard]] std::error_code save() {
        if (saved_) return {};
        Slot slot;
        slot.generation = generation_ + 1;
        slot.counters = counters_;
        slot.check = check_of(slot);
        const std::string_view bytes(reinterpret_cast<const char*>(&slot), sizeof slot);
        const auto error = write_at(file_, bytes, slot.generation % 2 * slot_distance);
        if (!error) {
            ++generation_;
            saved_ = true;
        }
        return error;
    }

    void close() noexcept { file_ = core::Descriptor(); }

private:
    struct Slot {
        std::uint64_t generation = 0;
        Counters counters;
        std::uint32_t check = 0;
        std::uint32_t reserved = 0;
    };
    static constexpr std::uint64_t slot_distance =
        512;  // one sector each: disks write sectors whole

    static std::uint32_t check_of(const Slot& slot) {
        return core::check32(reinterpret_cast<const char*>(&slot), offsetof(Slot, check), 1);
    }

    core::Descriptor file_;
    std::uint64_t generation_ = 0;
    Counters counters_;
    bool saved_ = true;
};

}  // namespace neptune::journal

#endif
