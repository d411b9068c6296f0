#include "fuzz/parsers.hpp"

#include <neptune/client/credentials.hpp>
#include <neptune/client/monitoring/line_cutter.hpp>
#include <neptune/client/python_operations.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/core/inflate.hpp>
#include <neptune/core/pattern.hpp>
#include <neptune/core/tar_reader.hpp>
#include <neptune/core/time.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/http/range.hpp>
#include <neptune/http/s3_settings.hpp>
#include <neptune/http/url.hpp>
#include <neptune/http/xml.hpp>
#include <neptune/journal/record.hpp>
#include <neptune/server/jwt.hpp>
#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/error_reply.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/nql_parser.hpp>
#include <neptune/wire/operations_reader.hpp>
#include <neptune/wire/operations_writer.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace fuzz {

using namespace neptune;

namespace {

void require(bool promise, const char* what) {
    if (!promise) throw std::logic_error(what);
}

/// The text up to the first line break, and the rest.
std::pair<std::string_view, std::string_view> first_line(std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {text, {}};
    return {text.substr(0, end), text.substr(end + 1)};
}

void api_token(std::string_view bytes) {
    try {
        static_cast<void>(client::read_credentials(std::string(bytes)));
    } catch (const Error&) {
    }
}

void attributes(std::string_view bytes) {
    try {
        const auto json = wire::parse_json(bytes, "reply");
        if (!json.is_object()) return;
        for (int type = 0; type <= static_cast<int>(FieldType::artifact); ++type) try {
                static_cast<void>(
                    wire::decode_properties(static_cast<FieldType>(type), json, "reply"));
            } catch (const wire::DecodeError&) {
            }
    } catch (const wire::DecodeError&) {
    }
    static_cast<void>(wire::decode_error(400, bytes));
}

void gzip(std::string_view bytes) {
    // A small archive can stand for any number of bytes.
    struct Enough {};
    std::size_t unpacked = 0;
    auto rest = bytes;
    try {
        core::gunzip([&] { return std::exchange(rest, std::string_view()); },
                     [&](std::string_view piece) {
                         require(piece.size() <= 32768, "more than 32 KiB at a time");
                         if ((unpacked += piece.size()) > 1'000'000) throw Enough();
                     });
    } catch (const core::ArchiveError&) {
    } catch (const Enough&) {
    }
}

void jwt(std::string_view bytes) {
    static_cast<void>(server::jwt::read_unverified(bytes));
    require(!server::jwt::verify(bytes, std::string(32, 'k')), "a forged token is good");
}

void lines(std::string_view bytes) {
    client::LineCutter whole(10), pieces(10);
    std::vector<std::string> one, other;
    const auto into = [](std::vector<std::string>& list) {
        return [&list](std::string line) {
            require(core::is_valid(line), "invalid UTF-8");
            require(core::count_code_points(line) <= 10, "a line is too long");
            list.push_back(std::move(line));
        };
    };
    whole.take(bytes, into(one));
    for (std::size_t i = 0; i < bytes.size(); ++i) pieces.take(bytes.substr(i, 1), into(other));
    whole.flush(true, into(one));
    pieces.flush(true, into(other));
    const auto joined = [](const std::vector<std::string>& list) {
        std::string text;
        for (const auto& line : list) text += line;
        return text;
    };
    require(joined(one) == joined(other), "it matters how the output is cut into reads");
}

void nql(std::string_view bytes) {
    try {
        static_cast<void>(wire::nql::parse(bytes, 1'700'000'000'000));
    } catch (const wire::nql::SyntaxError&) {
    }
}

void operations(std::string_view bytes) {
    std::vector<wire::Operation> first;
    try {
        first = wire::read_operations(bytes);
    } catch (const wire::DecodeError&) {
        return;
    }
    // What is written is read as the same.
    for (const auto& operation : first) {
        if (std::holds_alternative<wire::Malformed>(operation.payload)) continue;
        const auto text = wire::write_operations(std::vector{operation});
        require(wire::write_operations(wire::read_operations(text)) == text,
                "an operation changes on its way");
    }
}

void pattern(std::string_view bytes) {
    const auto [text, subject] = first_line(bytes);
    try {
        static_cast<void>(core::Pattern(text).search(subject));
    } catch (const core::PatternError&) {
    }
}

void python_operation(std::string_view bytes) {
    const auto json = wire::Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!json.is_object()) return;
    try {
        static_cast<void>(client::read_python_operation(json, "/nonexistent"));
    } catch (const client::PythonOperationError&) {
    } catch (const std::system_error&) {
    }
}

void record(std::string_view bytes) {
    const auto record = journal::decode_record(bytes);
    if (record) static_cast<void>(client::decode_operation("a", record->kind, record->payload));
    if (bytes.empty()) return;
    // The checksum keeps damage from what stands behind it; here it is let in.
    const auto kind = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]));
    static_cast<void>(client::decode_operation("a", kind, bytes.substr(1)));
}

void s3(std::string_view bytes) {
    try {
        http::read_xml(bytes, [](std::string_view, std::string_view) {});
    } catch (const http::XmlError&) {
    }
    static_cast<void>(http::detail::read_profile(bytes, "default"));
}

void tar(std::string_view bytes) {
    const auto read = [&](std::size_t piece) {
        std::string seen;
        core::TarReader reader({[&](const core::TarMember& member) { seen += member.name; },
                                [&](std::string_view content) { seen += content; },
                                [&] { seen += '\n'; }});
        try {
            for (std::size_t at = 0; at < bytes.size(); at += piece)
                reader.feed(bytes.substr(at, piece));
            reader.finish();
        } catch (const core::ArchiveError& error) {
            seen += error.what();
        }
        return seen;
    };
    require(read(bytes.size() + 1) == read(37), "it matters how the archive is cut");
}

void time(std::string_view bytes) {
    static_cast<void>(core::parse_iso8601(bytes));
    static_cast<void>(core::parse_double(bytes));
    static_cast<void>(core::parse_int64(bytes));
}

void url(std::string_view bytes) {
    const auto [target, header] = first_line(bytes);
    static_cast<void>(http::parse_target(target));
    try {
        static_cast<void>(http::parse_url(target));
    } catch (const std::invalid_argument&) {
    }
    for (const std::uint64_t total : {std::uint64_t{0}, std::uint64_t{10}, UINT64_MAX})
        if (const auto range = http::parse_range(header, total); range && range->size != 0)
            require(range->first <= total && range->size <= total - range->first,
                    "a range leaves its content");
    static_cast<void>(wire::parse_upload_range(header));
}

}  // namespace

const std::array<Parser, 14> parsers = {{{"api_token", api_token},
                                         {"attributes", attributes},
                                         {"gzip", gzip},
                                         {"jwt", jwt},
                                         {"lines", lines},
                                         {"nql", nql},
                                         {"operations", operations},
                                         {"pattern", pattern},
                                         {"python_operation", python_operation},
                                         {"record", record},
                                         {"s3", s3},
                                         {"tar", tar},
                                         {"time", time},
                                         {"url", url}}};

}  // namespace fuzz
