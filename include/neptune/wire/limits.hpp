#ifndef NEPTUNE_WIRE_LIMITS_HPP
#define NEPTUNE_WIRE_LIMITS_HPP

// Limits that the client checks before it sends and the server enforces. A limit is always an error
// that says its name and value. Source: the Python client's own limits where it has one, else our
// choice (see each).

#include <neptune/core/path.hpp>

#include <cstddef>
#include <cstdint>

namespace neptune::wire::limits {

/// Body of `executeOperations`, bytes. The Python client may send 1,000 x 100 points or many images
/// in one request, so at least 150 MiB are needed.
inline constexpr std::size_t operations_body_bytes = std::size_t{256} << 20;
/// Body with a list of files of an artifact, bytes.
inline constexpr std::size_t artifact_files_body_bytes = std::size_t{256} << 20;
/// Every other request body, bytes.
inline constexpr std::size_t body_bytes = std::size_t{16} << 20;
/// Body of an upload, bytes: a file in one request, or one part of it (`maxChunkSize` of the client
/// configuration).
inline constexpr std::size_t upload_body_bytes = std::size_t{1} << 30;
/// All headers of a request, bytes.
inline constexpr std::size_t header_bytes = std::size_t{64} << 10;

inline constexpr std::size_t path_bytes = core::max_path_bytes;
inline constexpr std::size_t path_parts = core::max_path_parts;
inline constexpr std::size_t path_part_bytes = core::max_path_part_bytes;

/// Fields of one object, without `sys/`; a setting of the server, this is its default.
inline constexpr std::size_t fields_per_object = 200'000;
/// Unicode code points of a string value (MAX_STRING_ATTRIBUTE_LENGTH of the Python client).
inline constexpr std::size_t string_code_points = 16'384;
/// Unicode code points of a point of a string series (MAX_STRING_SERIES_VALUE_LENGTH of the Python
/// client).
inline constexpr std::size_t string_point_code_points = 1'000;
/// Members of a string set, and code points of one member.
inline constexpr std::size_t string_set_members = 1'000;
inline constexpr std::size_t string_set_member_code_points = 256;
/// One file, bytes: as many parts as a client makes at most, each of the largest size (1,000 GiB).
inline constexpr std::int64_t file_bytes = std::int64_t{1'000} << 30;
/// Extension of a file, bytes.
inline constexpr std::size_t file_extension_bytes = 255;
/// Files of one file set; bytes, parts, and bytes of one part of the path that a file has in it.
inline constexpr std::int64_t file_set_files = 1'000'000;
inline constexpr std::size_t file_path_bytes = 4'096;
inline constexpr std::size_t file_path_parts = 64;
inline constexpr std::size_t file_path_part_bytes = 255;
/// Unpacked bytes of one archive of files; clients pack 5 MiB at most.
inline constexpr std::int64_t archive_bytes = std::int64_t{1} << 30;
/// Files of one archive; clients pack 501 at most.
inline constexpr std::int64_t archive_files = 10'000;
/// One image of a series, bytes (IMAGE_SIZE_LIMIT_MB of the Python client).
inline constexpr std::size_t image_bytes = std::size_t{32} << 20;
/// Characters of a custom run ID (MAX_CUSTOM_RUN_ID_LENGTH of the Python client).
inline constexpr std::size_t custom_id_characters = 36;

/// Characters of a project's name (Neptune's documentation of create_project).
inline constexpr std::size_t project_name_min_characters = 3, project_name_max_characters = 128;
/// Projects of one workspace; a setting of the server, this is its default.
inline constexpr std::size_t projects_per_workspace = 10'000;
/// Objects of one request to trash, restore or delete (TRASH_BATCH_SIZE of the Python client is
/// 100).
inline constexpr std::size_t objects_per_trash_request = 1'000;
/// People of one request of invitations, and characters of a name or e-mail address in it.
inline constexpr std::size_t invitations_per_request = 100, invitee_characters = 254;
/// Files of an artifact; bytes of a path in it, of a file's hash or type, and of all keys and
/// values of a file's metadata. Our choice.
inline constexpr std::size_t artifact_files = 1'000'000;
inline constexpr std::size_t artifact_path_bytes = 4'096;
inline constexpr std::size_t artifact_hash_bytes = 1'024;
inline constexpr std::size_t artifact_metadata_bytes = 16'384;

/// Integers that the Python client sends: 32 bits, signed.
inline constexpr std::int64_t client_integer_min = INT32_MIN;
inline constexpr std::int64_t client_integer_max = INT32_MAX;

/// Points of one page of series values; and the size used when the request names none.
inline constexpr std::int64_t points_per_page = 100'000;
inline constexpr std::int64_t default_points_per_page = 1'000;

/// Operations and bytes of one batch (NEPTUNE_ASYNC_BATCH_SIZE, NEPTUNE_MAX_BATCH_SIZE_BYTES of the
/// Python client).
inline constexpr std::size_t batch_operations = 1'000;
inline constexpr std::size_t batch_bytes = std::size_t{100} << 20;

/// Errors reported for the points of one log operation (wire protocol: at most 10 per operation).
inline constexpr std::size_t point_errors_per_operation = 10;

/// A query of a table: bytes of its text, conditions in it (a list of 10,000 IDs is as many), and
/// depth of its parentheses and NOTs.
inline constexpr std::size_t query_bytes = std::size_t{1} << 20;
inline constexpr std::size_t query_criteria = 10'000;
inline constexpr std::size_t query_depth = 100;
/// Fields that one query asks about: each is a column in memory.
inline constexpr std::size_t query_fields = 100;
/// Regular expressions in one query: each is tried on every text of its column.
inline constexpr std::size_t query_patterns = 10;
/// Arrays and objects in each other, in any body but that of operations, which nests nothing.
inline constexpr std::size_t json_depth = 100;
/// One request that signals runs: how many, and bytes of the word for it.
inline constexpr std::size_t runs_per_signal = 1'000;
inline constexpr std::size_t signal_type_bytes = 255;
/// Columns that a table request may name (the Python client's documentation: 10,000), rows of one
/// page, and fields that a search for columns gives.
inline constexpr std::size_t table_columns = 10'000;
inline constexpr std::int64_t table_rows_per_page = 10'000;
inline constexpr std::int64_t default_table_rows_per_page = 100;
/// Fields of all rows of a page together; ours. A default page has room for 10,000 of each object.
/// Measured with numbers: 143 MB of JSON, 0.7 GB of memory while it is made, 4 s.
inline constexpr std::size_t table_fields_per_page = 1'000'000;
/// Milliseconds for one query of a table, within which clients still wait for an answer (60 s).
inline constexpr std::int64_t table_query_ms = 20'000;
inline constexpr std::int64_t table_fields_found = 10'000;
inline constexpr std::int64_t default_table_fields_found = 1'000;

}  // namespace neptune::wire::limits

#endif
