#ifndef NEPTUNE_SERVER_UPLOADS_API_HPP
#define NEPTUNE_SERVER_UPLOADS_API_HPP

// Endpoints that take files (wire protocol §8.1 to §8.3). What is wrong with one file is an entry
// of `errors`: any other status than 200 ends the synchronisation of the Python client.

#include <neptune/core/path.hpp>
#include <neptune/http/message.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/operations_api.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/server/unpack.hpp>
#include <neptune/storage/file_store.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/rules.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

inline wire::UploadErrors upload_errors(std::string path, std::string description) {
    auto error = wire::rules::inconsistency(std::move(description));
    error.path = std::move(path);
    return {to_dtos({error})};
}

/// The body of a request, on the disk.
inline storage::Incoming receive(const Context& context, const http::Request& request) {
    auto content = context.store.files().receive();
    http::read_body(request, [&content](std::string_view piece) { content->write(piece); });
    return content;
}

inline wire::UploadErrors upload_answer(const Context& context, const storage::Object& object,
                                        const storage::Applied& applied) {
    if (applied.outcome == storage::Applied::Outcome::field_limit)
        throw field_limit(context, object);
    if (applied.outcome == storage::Applied::Outcome::no_such_object)
        throw not_found("Object not found", "The object was deleted");
    return {to_dtos(applied.errors)};
}

/// What is to be stored where; `name` is the extension of a file or the path in a set.
struct Target {
    storage::Object object;
    std::string path;
    FieldType type;
    std::string name;

    /// Why nothing can have that name.
    [[nodiscard]] std::optional<std::string> problem() const {
        const bool is_file = type == FieldType::file;
        const auto why = is_file ? wire::extension_problem(name) : wire::file_path_problem(name);
        if (!why) return std::nullopt;
        return "Field '" + path + "': the " + (is_file ? "extension " : "path ") + in_quotes(name) +
               " " + *why;
    }
};

template <class Request>
Target target_of(const Context& context, const Caller& caller, const Request& request) {
    Target target{context.gate.object(caller, request.experiment_id, Action::write),
                  core::normalize_path(request.attribute),
                  FieldType::file,
                  {}};
    if constexpr (requires { request.sub_path; }) {
        target.type = FieldType::file_set;
        target.name = wire::normalize_file_path(request.sub_path);
    } else if constexpr (requires { request.ext; }) {
        target.name = request.ext;
    }
    return target;
}

template <class Request>
wire::UploadErrors upload_whole(const Context& context, const Caller& caller,
                                const Request& request, const http::Request& body) {
    const auto target = target_of(context, caller, request);
    if (auto problem = target.problem()) return upload_errors(target.path, *std::move(problem));
    auto content = receive(context, body);
    auto& files = context.store.files();
    if (target.type == FieldType::file)
        return upload_answer(context, target.object,
                             files.put_file(target.object.id, target.path, target.name,
                                            std::move(content), context.clock.now()));
    std::vector<storage::NewFile> added;
    added.push_back({target.name, std::move(content)});
    return upload_answer(context, target.object,
                         files.put_files(target.object.id, target.path, std::move(added), false,
                                         context.clock.now()));
}

template <class Request>
wire::UploadMetadata start_upload(const Context& context, const Caller& caller,
                                  const Request& request) {
    const auto target = target_of(context, caller, request);
    const auto refuse = [&](std::string description) {
        return wire::UploadMetadata{std::nullopt,
                                    upload_errors(target.path, std::move(description)).errors};
    };
    if (request.total_length < 0)
        throw bad_request("Query parameter 'totalLength' must not be negative");
    if (request.total_length > wire::limits::file_bytes)
        return refuse("Field '" + target.path + "': a file of " +
                      std::to_string(request.total_length) +
                      " bytes is larger than the limit file_bytes of " +
                      std::to_string(wire::limits::file_bytes));
    if (auto problem = target.problem()) return refuse(*std::move(problem));
    auto started = context.store.files().start_upload(
        {target.object.id, target.path, target.type, target.name, request.total_length},
        context.clock.now());
    if (const auto* errors = std::get_if<std::vector<wire::OperationError>>(&started))
        return {std::nullopt, to_dtos(*errors)};
    return {std::get<std::string>(std::move(started)), std::vector<wire::OperationErrorDto>{}};
}

/// The upload that a request names. Errors: throws Refusal (404) if it is unknown, expired, or that
/// of another field.
template <class Request>
storage::Upload find_upload(const Context& context, const Target& target, const Request& request) {
    auto upload = context.store.files().find_upload(request.upload_id);
    const bool fits = upload && upload->object_id == target.object.id &&
                      upload->path == target.path && upload->type == target.type &&
                      (target.type == FieldType::file || upload->name == target.name);
    if (!fits)
        throw not_found("Upload not found", "There is no upload " + in_quotes(request.upload_id) +
                                                " of this file, or it has expired; start it again");
    return *std::move(upload);
}

template <class Request>
wire::UploadErrors upload_part(const Context& context, const Caller& caller, const Request& request,
                               const http::Request& body) {
    const auto target = target_of(context, caller, request);
    const auto range = wire::parse_upload_range(request.range);
    if (!range)
        throw bad_request("Header 'X-Range' must be bytes=<first>-<last>/<total>, not " +
                          in_quotes(request.range));
    const auto upload = find_upload(context, target, request);
    if (range->total != upload.size)
        throw bad_request("Header 'X-Range' speaks of " + std::to_string(range->total) +
                          " bytes in all, but the upload was started for " +
                          std::to_string(upload.size));
    // A part that comes again after the last answer was lost.
    if (upload.finished) return {};
    auto content = receive(context, body);
    const auto expected = range->last - range->first + 1;
    // Clients know these words: they begin the upload anew, with the file as it is now.
    if (content->size() != expected)
        throw bad_request(
            "Length of stream does not match given range: " + std::to_string(content->size()) +
            " bytes came for " + in_quotes(request.range));
    if (!context.store.files().put_part(request.upload_id, range->first, std::move(content),
                                        context.clock.now()))
        throw not_found("Upload not found", "The upload has expired; start it again");
    return {};
}

template <class Request>
wire::UploadErrors finish_upload(const Context& context, const Caller& caller,
                                 const Request& request) {
    const auto target = target_of(context, caller, request);
    static_cast<void>(find_upload(context, target, request));
    return upload_answer(
        context, target.object,
        context.store.files().finish_upload(request.upload_id, context.clock.now()));
}

inline wire::UploadErrors upload_archive(const Context& context, const Caller& caller,
                                         const wire::UploadFileSetTar::Request& request,
                                         const http::Request& body) {
    const auto target = target_of(context, caller, request);
    const auto packed = receive(context, body);
    std::vector<storage::NewFile> files;
    try {
        files = unpack(*packed, context.store.files());
    } catch (const core::ArchiveError& error) {
        return upload_errors(
            target.path, "Field '" + target.path + "': the archive is refused: " + error.what());
    }
    return upload_answer(
        context, target.object,
        context.store.files().put_files(target.object.id, target.path, std::move(files),
                                        request.reset.value_or(false), context.clock.now()));
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_uploads_api(Router& api, const Context& context) {
    const auto whole = [&context](const Caller& caller, const auto& request,
                                  const http::Request& body) {
        return detail::upload_whole(context, caller, request, body);
    };
    const auto start = [&context](const Caller& caller, const auto& request) {
        return detail::start_upload(context, caller, request);
    };
    const auto part = [&context](const Caller& caller, const auto& request,
                                 const http::Request& body) {
        return detail::upload_part(context, caller, request, body);
    };
    const auto finish = [&context](const Caller& caller, const auto& request) {
        return detail::finish_upload(context, caller, request);
    };
    api.on<wire::UploadFile>(whole);
    api.on<wire::StartFileUpload>(start);
    api.on<wire::UploadFilePart>(part);
    api.on<wire::FinishFileUpload>(finish);
    api.on<wire::UploadFileSetFile>(whole);
    api.on<wire::StartFileSetFileUpload>(start);
    api.on<wire::UploadFileSetFilePart>(part);
    api.on<wire::FinishFileSetFileUpload>(finish);
    api.on<wire::UploadFileSetTar>([&context](const Caller& caller,
                                              const wire::UploadFileSetTar::Request& request,
                                              const http::Request& body) {
        return detail::upload_archive(context, caller, request, body);
    });
}

}  // namespace neptune::server

#endif
