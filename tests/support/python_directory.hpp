#ifndef NEPTUNE_TESTS_SUPPORT_PYTHON_DIRECTORY_HPP
#define NEPTUNE_TESTS_SUPPORT_PYTHON_DIRECTORY_HPP

// A queue as the Python client leaves it on disk.

#include <neptune/core/files.hpp>

#include <fstream>
#include <string>
#include <utility>

namespace support {

class PythonDirectory {
public:
    /// Below `parent`, such as `.neptune/async`.
    PythonDirectory(const std::string& parent, const std::string& name)
        : path(parent + "/" + name) {
        neptune::core::make_directories(path + "/upload_path");
        write("metadata.json",
              R"({"mode": "async", "structureVersion": 3, "neptuneClientVersion": "1.14.1",)"
              R"( "createdAt": "2026-03-01T12:00:00+00:00"})");
        write("last_ack_version", "");
    }

    /// Queues one operation, whose members but for type and path are `members`.
    void put(const std::string& type, const std::string& field, const std::string& members = {}) {
        std::string list;
        for (std::size_t begin = 0; begin <= field.size();) {
            const auto end = (std::min)(field.find('/', begin), field.size());
            list += (list.empty() ? "\"" : ", \"") + field.substr(begin, end - begin) + "\"";
            begin = end + 1;
        }
        put_object("{\"type\": \"" + type + "\", \"path\": [" + list + "]" +
                   (members.empty() ? "" : ", " + members) + "}");
    }
    void put_object(const std::string& object) {
        ++last_put;
        add("{\"obj\": " + object + ", \"version\": " + std::to_string(last_put) +
            ", \"at\": 1790000000.25}\n");
        write("last_put_version", std::to_string(last_put));
    }
    void put_points(const std::string& field, int first, int number) {
        for (int i = first; i < first + number; ++i)
            put("LogFloats", field,
                "\"values\": [{\"value\": " + std::to_string(i) +
                    ".5, \"step\": " + std::to_string(i) + ", \"ts\": 1790000000.125}]");
    }

    /// Appends to the newest data file.
    void add(const std::string& bytes) {
        std::ofstream(path + "/data-" + std::to_string(first_version) + ".log", std::ios::app)
            << bytes;
    }
    /// The next operations go to a new data file.
    void begin_file() { first_version = last_put + 1; }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(path + "/" + name, std::ios::trunc) << content;
    }

    std::string path;
    int last_put = 0, first_version = 1;
};

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_PYTHON_DIRECTORY_HPP
