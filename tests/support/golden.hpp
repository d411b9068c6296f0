#ifndef NEPTUNE_TESTS_SUPPORT_GOLDEN_HPP
#define NEPTUNE_TESTS_SUPPORT_GOLDEN_HPP

// Files that fix bytes: tests/golden/. They change only together with the protocol.

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

/// The lines of a golden file, without their ends.
inline std::vector<std::string> golden_lines(const std::string& name) {
    std::ifstream file(std::string(NEPTUNE_TESTS_DIR) + "/golden/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read tests/golden/" + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_GOLDEN_HPP
