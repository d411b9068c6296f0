#ifndef NEPTUNE_WIRE_ENDPOINTS_FILES_HPP
#define NEPTUNE_WIRE_ENDPOINTS_FILES_HPP

// Endpoints of files, file sets and images (wire protocol §7.4 and §8).
//
// Parameter names are as inconsistent as the protocol: `experimentIdentifier` in most uploads,
// `experimentId` elsewhere.

#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

// --- one file at a field

/// A whole file, replacing what the field held. `ext`: without the dot, may be empty.
struct UploadFile {
    static constexpr std::string_view operation_id = "fileAtomUpload", method = "POST",
                                      path = "/api/leaderboard/v1/attributes/storage/file/upload";
    static constexpr Access access = Access::bearer;
    static constexpr bool takes_content = true;
    static constexpr std::size_t body_limit = limits::upload_body_bytes;
    struct Request {
        std::string experiment_id, attribute, ext;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("ext", &Request::ext));
        }
    };
    using Response = UploadErrors;
};

/// Begins an upload in parts. `total_length`: bytes of the whole file.
struct StartFileUpload {
    static constexpr std::string_view
        operation_id = "fileAtomMultipartUploadStart",
        method = "POST", path = "/api/leaderboard/v1/attributes/storage/file/upload/start";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute, ext;
        std::int64_t total_length = 0;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("ext", &Request::ext),
                                   query("totalLength", &Request::total_length));
        }
    };
    using Response = UploadMetadata;
};

/// One part. `range` is the text of an UploadRange (wire/files.hpp); parts count from 0, may come
/// in any order and again.
struct UploadFilePart {
    static constexpr std::string_view operation_id = "fileAtomMultipartUploadPart", method = "POST",
                                      path =
                                          "/api/leaderboard/v1/attributes/storage/file/upload/part";
    static constexpr Access access = Access::bearer;
    static constexpr bool takes_content = true;
    static constexpr std::size_t body_limit = limits::upload_body_bytes;
    struct Request {
        std::string experiment_id, attribute, upload_id;
        std::int64_t part = 0;
        std::string range;
        static constexpr auto parameters() {
            return std::make_tuple(
                query("experimentIdentifier", &Request::experiment_id),
                query("attribute", &Request::attribute), query("uploadId", &Request::upload_id),
                query("uploadPartIdx", &Request::part), header("X-Range", &Request::range));
        }
    };
    using Response = UploadErrors;
};

/// Puts the parts together; the field changes now.
struct FinishFileUpload {
    static constexpr std::string_view
        operation_id = "fileAtomMultipartUploadFinish",
        method = "POST", path = "/api/leaderboard/v1/attributes/storage/file/upload/finish";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute, upload_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("uploadId", &Request::upload_id));
        }
    };
    using Response = UploadErrors;
};

// --- a file in a file set

/// A whole file, replacing the one at the same `sub_path` of the set.
struct UploadFileSetFile {
    static constexpr std::string_view operation_id = "fileSetFileUpload", method = "POST",
                                      path =
                                          "/api/leaderboard/v1/attributes/storage/fileset/upload";
    static constexpr Access access = Access::bearer;
    static constexpr bool takes_content = true;
    static constexpr std::size_t body_limit = limits::upload_body_bytes;
    struct Request {
        std::string experiment_id, attribute, sub_path;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("subPath", &Request::sub_path));
        }
    };
    using Response = UploadErrors;
};

struct StartFileSetFileUpload {
    static constexpr std::string_view
        operation_id = "fileSetFileMultipartUploadStart",
        method = "POST", path = "/api/leaderboard/v1/attributes/storage/fileset/upload/start";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute, sub_path;
        std::int64_t total_length = 0;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("subPath", &Request::sub_path),
                                   query("totalLength", &Request::total_length));
        }
    };
    using Response = UploadMetadata;
};

/// As UploadFilePart.
struct UploadFileSetFilePart {
    static constexpr std::string_view
        operation_id = "fileSetFileMultipartUploadPart",
        method = "POST", path = "/api/leaderboard/v1/attributes/storage/fileset/upload/part";
    static constexpr Access access = Access::bearer;
    static constexpr bool takes_content = true;
    static constexpr std::size_t body_limit = limits::upload_body_bytes;
    struct Request {
        std::string experiment_id, attribute, sub_path, upload_id;
        std::int64_t part = 0;
        std::string range;
        static constexpr auto parameters() {
            return std::make_tuple(
                query("experimentIdentifier", &Request::experiment_id),
                query("attribute", &Request::attribute), query("subPath", &Request::sub_path),
                query("uploadId", &Request::upload_id), query("uploadPartIdx", &Request::part),
                header("X-Range", &Request::range));
        }
    };
    using Response = UploadErrors;
};

struct FinishFileSetFileUpload {
    static constexpr std::string_view
        operation_id = "fileSetFileMultipartUploadFinish",
        method = "POST", path = "/api/leaderboard/v1/attributes/storage/fileset/upload/finish";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute, sub_path, upload_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentIdentifier", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("subPath", &Request::sub_path),
                                   query("uploadId", &Request::upload_id));
        }
    };
    using Response = UploadErrors;
};

/// Several files: a tar archive (ustar or pax), compressed by gzip. `reset` empties the set first.
struct UploadFileSetTar {
    static constexpr std::string_view operation_id = "uploadFileSetAttributeTar", method = "POST",
                                      path = "/api/leaderboard/v1/attributes/uploadFileSetTar";
    static constexpr Access access = Access::bearer;
    static constexpr bool takes_content = true;
    static constexpr std::size_t body_limit = limits::upload_body_bytes;
    struct Request {
        std::string experiment_id, attribute;
        std::optional<bool> reset{};
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("reset", &Request::reset));
        }
    };
    using Response = UploadErrors;
};

// --- reading

/// The bytes of a file field, or, with `path`, of one file of a set. The name is in
/// Content-Disposition; single byte ranges are served.
struct DownloadAttribute {
    static constexpr std::string_view operation_id = "downloadAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/download";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute;
        std::optional<std::string> file{};
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("path", &Request::file));
        }
    };
    using Response = Content;
};

/// Asks for a file set as one zip archive; then GetDownloadRequest until it has a `download_url`,
/// then a GET of that.
struct PrepareFileSetZip {
    static constexpr std::string_view
        operation_id = "prepareForDownloadFileSetAttributeZip",
        method = "POST", path = "/api/leaderboard/v1/attributes/downloadFileSetZipRequest";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = DownloadPreparation;
};

struct GetDownloadRequest {
    static constexpr std::string_view operation_id = "getDownloadPrepareRequest", method = "GET",
                                      path = "/api/leaderboard/v1/download/downloadRequest";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string id;
        static constexpr auto parameters() { return std::make_tuple(query("id", &Request::id)); }
    };
    using Response = DownloadPreparation;
};

/// Where `download_url` points to.
struct DownloadFile {
    static constexpr std::string_view operation_id = "download", method = "GET",
                                      path = "/api/leaderboard/v1/download/downloadFile";
    static constexpr Access access = Access::bearer;
    using Request = GetDownloadRequest::Request;
    using Response = Content;
};

/// One level of a file set. `folder`: empty for the top level, else relative to the set.
struct ListFileSet {
    static constexpr std::string_view operation_id = "lsFileSetAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/ls";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute, folder;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("path", &Request::folder));
        }
    };
    using Response = std::vector<FileEntry>;
};

/// The number of images.
struct GetImageSeriesValues {
    static constexpr std::string_view operation_id = "getImageSeriesValues", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/series/image";
    static constexpr Access access = Access::bearer;
    using Request = SeriesRequest;
    using Response = ImageSeriesValues;
};

/// One image. `index`: its position in the series, from 0, not its step. Content-Type is what its
/// first bytes say, `application/octet-stream` for an empty one.
struct GetImage {
    static constexpr std::string_view operation_id = "getImageSeriesValue", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/series/image/single";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute;
        std::int64_t index = 0;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   query("index", &Request::index));
        }
    };
    using Response = Content;
};

}  // namespace neptune::wire

#endif
