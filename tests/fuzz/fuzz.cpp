// A libFuzzer target: NEPTUNE_FUZZ_PARSER is the name of its parser.

#include "fuzz/parsers.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    for (const auto& parser : fuzz::parsers)
        if (parser.name == NEPTUNE_FUZZ_PARSER)
            parser.run({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
