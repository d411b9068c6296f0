#ifndef NEPTUNE_CORE_BLOCK_HASH_HPP
#define NEPTUNE_CORE_BLOCK_HASH_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace neptune::core {

/// The frame that SHA-1 and SHA-256 have in common (FIPS 180-4 §5): blocks of 64 bytes, big-endian
/// words, a one bit and the message's length in bits as padding. `Rounds` supplies `initial`, the
/// state's first value, and `compress(state, block)`, which works sixteen words into the state.
/// Threads: none shares an object with another; copies are independent.
template <class Rounds>
class BlockHash {
    using State = std::remove_const_t<decltype(Rounds::initial)>;

public:
    static constexpr std::size_t block_size = 64;  ///< Bytes.
    using Digest = std::array<std::uint8_t, 4 * std::tuple_size_v<State>>;

    /// Appends bytes to the message; how it is cut into calls does not matter.
    void update(std::string_view bytes) {
        length_ += bytes.size();
        while (!bytes.empty()) {
            const std::size_t part = (std::min)(block_size - filled_, bytes.size());
            std::memcpy(block_.data() + filled_, bytes.data(), part);
            bytes.remove_prefix(part);
            filled_ += part;
            if (filled_ == block_size) {
                compress_block();
            }
        }
    }

    /// As above.
    void update(std::span<const std::uint8_t> bytes) {
        update(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }

    /// The hash of all bytes so far. The object is not finished by it: more may be appended.
    Digest digest() const {
        BlockHash padded = *this;
        padded.pad();
        Digest bytes;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(padded.state_[i / 4] >> (24 - i % 4 * 8));
        }
        return bytes;
    }

private:
    void pad() {
        const std::uint64_t bits = length_ * 8;
        block_[filled_++] = 0x80;
        if (filled_ > block_size - 8) {
            std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(),
                      std::uint8_t{0});
            compress_block();
        }
        std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(),
                  std::uint8_t{0});
        for (std::size_t i = 0; i < 8; ++i) {
            block_[block_size - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
        }
        compress_block();
    }

    void compress_block() {
        std::array<std::uint32_t, 16> words;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::uint8_t* bytes = block_.data() + 4 * i;
            words[i] = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                       std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
        }
        Rounds::compress(state_, words);
        filled_ = 0;
    }

    State state_ = Rounds::initial;
    std::array<std::uint8_t, block_size> block_{};
    std::size_t filled_ = 0;  // bytes of block_ that wait, always fewer than a block between calls
    std::uint64_t length_ = 0;  // bytes of the message so far
};

}  // namespace neptune::core

#endif
