// usage: neptune_fuzz_replay CORPUS
//
// Gives each parser every file of its folder there, and some hundred texts made from each by small
// changes that are the same in every run. A crash, a sanitizer's report or an unexpected exception
// fails.

#include "fuzz/parsers.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int changes_of_each = 500;
constexpr std::string_view special{"\0\n\\\"'(){}[]/,:;%+-.=*?|^$\x7f\x80\xff", 29};

std::vector<std::string> read_corpus(const std::string& folder) {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    std::vector<std::string> texts;
    for (const auto& name : names) {
        std::ifstream file(name, std::ios::binary);
        texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return texts;
}

class Changes {
public:
    explicit Changes(const std::vector<std::string>& corpus) : corpus_(corpus) {}
    std::string of(std::string text) {
        for (auto times = below(4) + 1; times > 0; --times) change(text);
        return text;
    }

private:
    std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
    void change(std::string& text) {
        const auto at = below(text.size() + 1), length = below(16);
        switch (below(6)) {
            case 0:  // another byte
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            case 1:  // another bit
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                text.insert(at, text.substr(below(text.size() + 1), length));
                break;
            case 4:  // what is special somewhere
                text.insert(at, 1, special[below(special.size())]);
                break;
            default: {  // the end of another one
                const auto& other = corpus_[below(corpus_.size())];
                text = text.substr(0, at) + other.substr(below(other.size() + 1));
            }
        }
    }

    const std::vector<std::string>& corpus_;
    std::mt19937 random_{1};
};

bool run(const fuzz::Parser& parser, const std::string& text) {
    try {
        parser.run(text);
        return true;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s, for these bytes:\n", std::string(parser.name).c_str(),
                     error.what());
        for (const char byte : text)
            std::fprintf(stderr, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        std::fputc('\n', stderr);
        return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
        return 2;
    }
    for (const auto& parser : fuzz::parsers) {
        const auto corpus = read_corpus(std::string(argv[1]) + "/" + std::string(parser.name));
        Changes changes(corpus);
        std::size_t count = 0;
        for (const auto& text : corpus) {
            if (!run(parser, text)) return 1;
            for (int i = 0; i < changes_of_each; ++i, ++count)
                if (!run(parser, changes.of(text))) return 1;
        }
        std::printf("%s: %zu texts and %zu changed ones\n", std::string(parser.name).c_str(),
                    corpus.size(), count);
        if (corpus.empty()) return 1;
    }
    return 0;
}
