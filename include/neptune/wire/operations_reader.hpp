#ifndef NEPTUNE_WIRE_OPERATIONS_READER_HPP
#define NEPTUNE_WIRE_OPERATIONS_READER_HPP

// Body of `executeOperations`, read by SAX: no tree is built, because one request may carry 100,000
// points. Each element is taken on its own: one that is no operation becomes `Malformed` and does
// not harm its neighbours. operations_writer.hpp writes it.

#include <neptune/core/base64.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/path.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/operations.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::wire {

namespace detail {

// An object or array where a scalar is expected; its content is skipped.
struct Composite {};
// A scalar of the JSON text; monostate stands for null.
using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::string, Composite>;

/// Depths: 1 the array, 2 an element, 3 the operation's object, 4 its list, 5 an entry of it, 6 the
/// image of an entry.
/// Whatever lies deeper, or in a member that nobody knows, is skipped.
class OperationsReader {
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    std::vector<Operation> operations;
    std::string error;

    bool null() { return scalar({}); }
    bool boolean(bool value) { return scalar(value); }
    bool number_integer(number_integer_t value) { return scalar(std::int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) {
        if (value > INT64_MAX) return scalar(static_cast<double>(value));
        return scalar(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t value, const string_t&) { return scalar(value); }
    bool string(string_t& value) { return scalar(std::move(value)); }
    bool binary(binary_t&) { return true; }

    bool start_object(std::size_t) {
        if (depth_ == 1) {
            begin_element();
        } else if (depth_ == 2 && element_key_ != "path") {
            begin_operation();
            in_operation_ = true;
        } else if (depth_ == 4 && in_list_ && member_ == "entries") {
            begin_entry();
            in_entry_ = true;
        } else if (depth_ == 5 && in_entry_ && entry_member_ == "value" &&
                   std::holds_alternative<LogImages>(payload_)) {
            entry_image_ = Image{};
            image_data_seen_ = false;
            in_image_ = true;
        } else if (!scalar(Composite{})) {
            return false;
        }
        ++depth_;
        return true;
    }
    bool key(string_t& name) {
        if (depth_ == 2) element_key_ = std::move(name);
        if (depth_ == 3 && in_operation_) member_ = std::move(name);
        if (depth_ == 5 && in_entry_) entry_member_ = std::move(name);
        if (depth_ == 6 && in_image_) image_member_ = std::move(name);
        return true;
    }
    bool end_object() {
        if (depth_ == 6 && in_image_) end_image();
        if (depth_ == 5 && in_entry_) end_entry();
        if (depth_ == 3) in_operation_ = false;
        if (depth_ == 2) end_element();
        --depth_;
        return true;
    }
    bool start_array(std::size_t) {
        if (depth_ == 3 && in_operation_ && names_list())
            in_list_ = true;
        else if (depth_ > 0)
            scalar(Composite{});
        ++depth_;
        return true;
    }
    bool end_array() {
        if (depth_ == 4) in_list_ = false;
        --depth_;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
        return fail("the body is not valid JSON (at byte " + std::to_string(position) + ")");
    }

private:
    bool fail(const std::string& why) {
        error = why;
        return false;
    }
    void problem(const std::string& why) {
        if (problem_.empty())
            problem_ = operation_name_.empty() ? why : operation_name_ + ": " + why;
    }

    bool scalar(Scalar value) {
        if (depth_ == 0) return fail("the body must be an array of operations");
        if (depth_ == 1) {
            begin_element();
            problem_ = "an operation must be an object";
            end_element();
        } else if (depth_ == 2) {
            element_scalar(std::move(value));
        } else if (depth_ == 3 && in_operation_) {
            member_scalar(std::move(value));
        } else if (depth_ == 4 && in_list_) {
            list_scalar(std::move(value));
        } else if (depth_ == 5 && in_entry_) {
            entry_scalar(std::move(value));
        } else if (depth_ == 6 && in_image_) {
            image_scalar(std::move(value));
        }
        return true;
    }

    void begin_element() {
        path_.reset();
        operation_count_ = 0;
        operation_name_.clear();
        problem_.clear();
        element_key_.clear();
    }
    void element_scalar(Scalar value) {
        if (element_key_ == "path") {
            if (auto* text = std::get_if<std::string>(&value))
                path_ = core::normalize_path(*text);
            else
                problem("path must be a string");
            return;
        }
        // Some clients send every operation they know, those not meant as null.
        if (std::holds_alternative<std::monostate>(value)) return;
        begin_operation();
        problem("must be an object");
    }

    void begin_operation() {
        ++operation_count_;
        payload_ = make_payload(element_key_);
        // Only for messages, where a client's mistake must not grow without bounds.
        operation_name_ = core::truncate_code_points(element_key_, 80);
        value_seen_ = false;
        member_.clear();
    }
    /// Whether the current member is the one that holds the operation's list.
    [[nodiscard]] bool names_list() const {
        if (std::holds_alternative<LogFloats>(payload_) ||
            std::holds_alternative<LogStrings>(payload_) ||
            std::holds_alternative<LogImages>(payload_))
            return member_ == "entries";
        if (std::holds_alternative<DeleteFiles>(payload_)) return member_ == "filePaths";
        return member_ == "values" && (std::holds_alternative<InsertStrings>(payload_) ||
                                       std::holds_alternative<RemoveStrings>(payload_));
    }
    template <std::size_t I = 0>
    static Payload make_payload(std::string_view name) {
        if constexpr (I < std::variant_size_v<Payload> - 1) {
            using Alternative = std::variant_alternative_t<I, Payload>;
            if (name == Alternative::name) return Alternative{};
            return make_payload<I + 1>(name);
        } else {
            return Malformed{};
        }
    }

    void member_scalar(Scalar value) {
        if (std::holds_alternative<std::monostate>(value)) return;
        if (auto* config = std::get_if<ConfigFloatSeries>(&payload_)) {
            if (member_ == "min") read_number(value, config->min, "min");
            if (member_ == "max") read_number(value, config->max, "max");
            if (member_ == "unit") {
                if (auto* text = std::get_if<std::string>(&value))
                    config->unit = std::move(*text);
                else
                    problem("unit must be a string");
            }
        } else if (auto* moment = std::get_if<AssignDatetime>(&payload_)) {
            if (member_ != "valueMilliseconds") return;
            value_seen_ = true;
            if (!read_integer(value, moment->value_ms))
                problem("valueMilliseconds must be an integer");
        } else if (auto* artifact = std::get_if<AssignArtifact>(&payload_)) {
            if (member_ != "hash") return;
            value_seen_ = true;
            if (auto* text = std::get_if<std::string>(&value))
                artifact->hash = std::move(*text);
            else
                problem("hash must be a string");
        } else if (names_list()) {
            problem(member_ + " must be an array");
        } else if (member_ == "value") {
            assign(std::move(value));
        }
    }
    void assign(Scalar value) {
        value_seen_ = true;
        if (auto* op = std::get_if<AssignFloat>(&payload_)) {
            std::optional<double> number;
            read_number(value, number, "value");
            op->value = number.value_or(0);
        } else if (auto* integer = std::get_if<AssignInt>(&payload_)) {
            if (!read_integer(value, integer->value)) problem("value must be a 64-bit integer");
        } else if (auto* flag = std::get_if<AssignBool>(&payload_)) {
            if (auto* given = std::get_if<bool>(&value))
                flag->value = *given;
            else
                problem("value must be true or false");
        } else if (auto* text = std::get_if<AssignString>(&payload_)) {
            if (auto* given = std::get_if<std::string>(&value))
                text->value = std::move(*given);
            else
                problem("value must be a string");
        }
    }
    static bool read_integer(const Scalar& value, std::int64_t& out) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out = *number;
            return true;
        }
        return false;
    }
    void read_number(const Scalar& value, std::optional<double>& out, const char* name) {
        if (const auto* number = std::get_if<double>(&value))
            out = *number;
        else if (const auto* integer = std::get_if<std::int64_t>(&value))
            out = static_cast<double>(*integer);
        else
            problem(std::string(name) + " must be a number");
    }

    void list_scalar(Scalar value) {
        auto* text = std::get_if<std::string>(&value);
        if (member_ == "entries")
            problem("an entry must be an object");
        else if (!text)
            problem(member_ + " must be strings");
        else if (auto* insert = std::get_if<InsertStrings>(&payload_))
            insert->values.push_back(std::move(*text));
        else if (auto* remove = std::get_if<RemoveStrings>(&payload_))
            remove->values.push_back(std::move(*text));
        else if (auto* files = std::get_if<DeleteFiles>(&payload_))
            files->paths.push_back(std::move(*text));
    }

    void begin_entry() {
        entry_step_.reset();
        entry_time_ = 0;
        entry_value_ = {};
        entry_image_.reset();
        entry_member_.clear();
    }
    void entry_scalar(Scalar value) {
        if (entry_member_ == "value") {
            entry_value_ = std::move(value);
        } else if (entry_member_ == "step") {
            if (!std::holds_alternative<std::monostate>(value))
                read_number(value, entry_step_, "step");
        } else if (entry_member_ == "timestampMilliseconds") {
            if (!read_integer(value, entry_time_))
                problem("timestampMilliseconds must be an integer");
        }
    }
    void end_entry() {
        in_entry_ = false;
        if (auto* floats = std::get_if<LogFloats>(&payload_)) {
            std::optional<double> number;
            read_number(entry_value_, number, "the value of an entry");
            if (number) floats->entries.push_back({*number, entry_step_, entry_time_});
        } else if (auto* strings = std::get_if<LogStrings>(&payload_)) {
            if (auto* text = std::get_if<std::string>(&entry_value_))
                strings->entries.push_back({std::move(*text), entry_step_, entry_time_});
            else
                problem("the value of an entry must be a string");
        } else if (auto* images = std::get_if<LogImages>(&payload_)) {
            if (entry_image_)
                images->entries.push_back({*std::move(entry_image_), entry_step_, entry_time_});
            else
                problem("the value of an entry must be an image");
        }
    }

    void image_scalar(Scalar value) {
        const bool known =
            image_member_ == "data" || image_member_ == "name" || image_member_ == "description";
        if (!known || std::holds_alternative<std::monostate>(value)) return;
        auto* text = std::get_if<std::string>(&value);
        if (!text) return problem(image_member_ + " of an image must be a string");
        if (image_member_ == "name") {
            entry_image_->name = std::move(*text);
        } else if (image_member_ == "description") {
            entry_image_->description = std::move(*text);
        } else if (auto bytes = core::base64::decode(*text)) {
            entry_image_->data = std::move(*bytes);
            image_data_seen_ = true;
        } else {
            problem("data of an image must be base64");
        }
    }
    void end_image() {
        in_image_ = false;
        if (!image_data_seen_) problem("data of an image is missing");
    }

    void end_element() {
        if (problem_.empty()) {
            if (operation_count_ == 0)
                problem_ = "the element names no operation";
            else if (operation_count_ > 1)
                problem_ = "the element names more than one operation";
            else if (std::holds_alternative<Malformed>(payload_))
                problem_ = "unknown operation '" + operation_name_ + "'";
            else if (!value_seen_ && std::holds_alternative<AssignDatetime>(payload_))
                problem("valueMilliseconds is missing");
            else if (!value_seen_ && std::holds_alternative<AssignArtifact>(payload_))
                problem("hash is missing");
            else if (!value_seen_ && needs_value())
                problem("value is missing");
            else if (!path_)
                problem("path is missing");
        }
        Operation operation{path_.value_or(std::string()), std::move(payload_)};
        if (!problem_.empty()) operation.payload = Malformed{std::move(problem_)};
        operations.push_back(std::move(operation));
        payload_ = Malformed{};
        begin_element();
    }
    [[nodiscard]] bool needs_value() const {
        return std::holds_alternative<AssignFloat>(payload_) ||
               std::holds_alternative<AssignInt>(payload_) ||
               std::holds_alternative<AssignBool>(payload_) ||
               std::holds_alternative<AssignString>(payload_);
    }

    std::size_t depth_ = 0;
    bool in_operation_ = false, in_list_ = false, in_entry_ = false, in_image_ = false;
    // The element that is being read.
    std::optional<std::string> path_;
    std::string element_key_, operation_name_, problem_;
    int operation_count_ = 0;
    Payload payload_ = Malformed{};
    std::string member_;
    bool value_seen_ = false;
    // The entry that is being read.
    std::string entry_member_;
    Scalar entry_value_;
    std::optional<double> entry_step_;
    std::int64_t entry_time_ = 0;
    // The image of that entry.
    std::optional<Image> entry_image_;
    std::string image_member_;
    bool image_data_seen_ = false;
};

}  // namespace detail

/// Reads the body of a request. Errors: throws DecodeError if it is no JSON array; elements that
/// are no operations come as `Malformed`, in their place.
[[nodiscard]] inline std::vector<Operation> read_operations(std::string_view body) {
    detail::OperationsReader reader;
    const bool complete = Json::sax_parse(body.begin(), body.end(), &reader);
    if (!complete)
        throw DecodeError(reader.error.empty() ? "the body is not valid JSON" : reader.error);
    return std::move(reader.operations);
}

}  // namespace neptune::wire

#endif
