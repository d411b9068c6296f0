#ifndef NEPTUNE_SERVER_DOWNLOADS_API_HPP
#define NEPTUNE_SERVER_DOWNLOADS_API_HPP

// Endpoints that give files, file sets and images (wire protocol §7.4, §8.3 to §8.5).

#include <neptune/core/base64.hpp>
#include <neptune/core/image_type.hpp>
#include <neptune/core/path.hpp>
#include <neptune/core/time.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/attributes_api.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/file_set_zip.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/file_store.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/files.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

/// `attachment; filename="…"`. The Python client takes all that follows the last `filename=`, hence
/// the plain form, in which what is no printable ASCII is an underscore, comes last (RFC 6266).
[[nodiscard]] inline std::string content_disposition(std::string_view name) {
    std::string plain;
    bool exact = true;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool fits = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '/';
        exact = exact && fits;
        // One for each character, not for each byte of it.
        if (fits || (byte & 0xC0U) != 0x80U) plain += fits ? c : '_';
    }
    std::string value = "attachment; ";
    if (!exact)
        value.append("filename*=UTF-8''")
            .append(http::detail::percent_encode(name, '-'))
            .append("; ");
    return value.append("filename=\"").append(plain).append("\"");
}

namespace detail {

/// Bytes that somebody has uploaded: no browser shall take them for anything of this server's.
inline http::Reply content_reply(http::BodySource content, std::string_view type) {
    http::Reply reply;
    reply.headers.add("Content-Type", std::string(type));
    reply.headers.add("X-Content-Type-Options", "nosniff");
    reply.headers.add("Content-Security-Policy", "sandbox");
    reply.headers.add("Cache-Control", "private, no-cache");
    reply.source = std::move(content);
    return reply;
}

inline http::Reply download_file(const Context& context, const Caller& caller,
                                 const wire::DownloadAttribute::Request& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const auto path = core::normalize_path(request.attribute);
    auto& files = context.store.files();
    auto file = request.file ? files.open_file_in_set(object.id, path,
                                                      wire::normalize_file_path(*request.file))
                             : files.open_file(object.id, path);
    if (!file && request.file)
        throw not_found("File not found", "The file set at " + in_quotes(path) + " has no file " +
                                              in_quotes(*request.file));
    if (!file) throw no_such_field(path, FieldType::file);
    auto reply = content_reply(std::move(file->content), "application/octet-stream");
    reply.headers.add("Content-Disposition", content_disposition(file->name));
    return reply;
}

/// What the id of a prepared download says: nothing has to be kept for it.
struct PreparedDownload {
    std::string object_id, path;

    [[nodiscard]] std::string id() const {
        return core::base64::encode_url(object_id + "/" + path);
    }
    /// Errors: throws Refusal (404).
    static PreparedDownload from(std::string_view id) {
        const auto text = core::base64::decode_url(id);
        const auto slash = text ? text->find('/') : std::string::npos;
        if (slash == std::string::npos)
            throw not_found("Download not found", in_quotes(id) + " is no download of this server");
        return {text->substr(0, slash), text->substr(slash + 1)};
    }
};

/// Errors: throws Refusal (404) if there is no such set.
inline void demand_file_set(const Context& context, const std::string& object_id,
                            const std::string& path) {
    const auto field = context.store.attribute(object_id, path, context.clock.now());
    if (!field || field->type != FieldType::file_set)
        throw no_such_field(path, FieldType::file_set);
}

inline wire::DownloadPreparation prepare_zip(const Context& context, const Caller& caller,
                                             const wire::AttributeRequest& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const PreparedDownload download{object.id, core::normalize_path(request.attribute)};
    demand_file_set(context, download.object_id, download.path);
    return {download.id(), std::nullopt};
}

/// Archives are made while they are sent, so all are ready.
inline wire::DownloadPreparation prepared_zip(const Context& context, const Caller& caller,
                                              const wire::GetDownloadRequest::Request& request) {
    const auto download = PreparedDownload::from(request.id);
    const auto object = context.gate.object(caller, download.object_id, Action::see);
    demand_file_set(context, object.id, download.path);
    return {request.id,
            context.url + http::build_target(wire::DownloadFile::path, {{"id", request.id}})};
}

inline http::Reply download_zip(const Context& context, const Caller& caller,
                                const wire::DownloadFile::Request& request) {
    const auto download = PreparedDownload::from(request.id);
    const auto object = context.gate.object(caller, download.object_id, Action::see);
    auto files = context.store.files().files_of_set(object.id, download.path);
    if (!files) throw no_such_field(download.path, FieldType::file_set);
    auto reply = content_reply(zip_of(*std::move(files), context.store.files()), "application/zip");
    const auto name = download.path.substr(download.path.rfind('/') + 1) + ".zip";
    reply.headers.add("Content-Disposition", content_disposition(name));
    return reply;
}

inline std::vector<wire::FileEntry> list_file_set(const Context& context, const Caller& caller,
                                                  const wire::ListFileSet::Request& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const auto path = core::normalize_path(request.attribute);
    auto folder = wire::normalize_file_path(request.folder);
    if (folder.starts_with('/')) folder.erase(0, 1);
    const auto entries = context.store.files().list_file_set(object.id, path, folder);
    if (!entries)
        throw not_found("Folder not found", "The object has no FileSet at " + in_quotes(path) +
                                                " with a folder " + in_quotes(folder));
    std::vector<wire::FileEntry> result;
    result.reserve(entries->size());
    for (const auto& entry : *entries) {
        wire::FileEntry dto{entry.name, std::string(wire::file_type_directory),
                            core::to_iso8601(entry.mtime)};
        if (!entry.is_directory) {
            dto.file_type = wire::file_type_file;
            dto.size = entry.size;
        }
        result.push_back(std::move(dto));
    }
    return result;
}

inline wire::ImageSeriesValues count_images(const Context& context, const Caller& caller,
                                            const wire::SeriesRequest& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const auto path = core::normalize_path(request.attribute);
    const auto count = context.store.files().count_images(object.id, path);
    if (!count) throw no_such_field(path, FieldType::image_series);
    return {*count};
}

/// `image/png`, without parameters: the client makes a file name of what follows the slash.
inline std::string image_content_type(const http::BodySource& image) {
    std::array<char, 64> beginning{};
    const std::size_t size =
        image.size == 0 ? 0 : image.read(0, beginning.data(), beginning.size());
    const auto type = core::image_type({beginning.data(), size});
    return type.empty() ? "application/octet-stream" : "image/" + std::string(type);
}

inline http::Reply download_image(const Context& context, const Caller& caller,
                                  const wire::GetImage::Request& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const auto path = core::normalize_path(request.attribute);
    auto image = context.store.files().open_image(object.id, path, request.index);
    if (!image)
        throw not_found(
            "Image not found",
            "There is no image number " + std::to_string(request.index) + " at " + in_quotes(path));
    const auto type = image_content_type(*image);
    return content_reply(*std::move(image), type);
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_downloads_api(Router& api, const Context& context) {
    const auto bind = [&context](auto function) {
        return [&context, function](const Caller& caller, const auto& request) {
            return function(context, caller, request);
        };
    };
    api.on<wire::DownloadAttribute>(bind(detail::download_file));
    api.on<wire::PrepareFileSetZip>(bind(detail::prepare_zip));
    api.on<wire::GetDownloadRequest>(bind(detail::prepared_zip));
    api.on<wire::DownloadFile>(bind(detail::download_zip));
    api.on<wire::ListFileSet>(bind(detail::list_file_set));
    api.on<wire::GetImageSeriesValues>(bind(detail::count_images));
    api.on<wire::GetImage>(bind(detail::download_image));
}

}  // namespace neptune::server

#endif
