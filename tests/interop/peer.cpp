// The C++ side of the interop tests, driven by the Python side through its command line:
//
// - peer write run PROJECT: makes a run and logs the fields that stand on standard input
// - peer write model PROJECT KEY, write model_version PROJECT MODEL, write project PROJECT: all
//   the same for the other objects; all four print the sys/id
// - peer read KIND PROJECT [ID]: prints all fields of an object
// - peer append PROJECT CUSTOM_ID COUNT: says "ready", waits for a line, appends COUNT points to
//   each of two series of that run, "shared" and "cpp", says "logged", and waits for the server
// - peer stage PROJECT ID STAGE: moves a model version
// - peer track PROJECT CUSTOM_ID FIELD LOCATION [DESTINATION]: tracks files in that run and prints
//   the artifact's hash; peer files PROJECT CUSTOM_ID FIELD: prints its files; peer download
//   PROJECT CUSTOM_ID FIELD DIRECTORY: fetches them
// - peer upload PROJECT CUSTOM_ID FIELD PATH: uploads a file
// - peer table KIND PROJECT [MODEL]: prints the rows of a table of runs, models, or
//   versions of MODEL; options are a JSON object on standard input
// - peer record PROJECT: a run with all that it records by itself, left by an exception; its last
//   line is the sys/id
// - peer upload_folder PROJECT FOLDER: makes a run with files of that folder: "path" of large.bin,
//   "content" and "image" of memory, "set" of set/, two images in "images"; prints its sys/id
// - peer download_folder PROJECT ID FOLDER: downloads "path", "set" and "images" of a run there
//
// Fields are a JSON object {path: {"type": T, "value": V}}. Floats are the 16 hexadecimal digits of
// their bits, so that no reader or writer of decimals can hide an error; datetimes are milliseconds
// since the epoch; a point is [step, milliseconds, value].

#include <neptune/run.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::json;

std::string bits(double value) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016" PRIx64, std::bit_cast<std::uint64_t>(value));
    return text.data();
}
double number(const Json& digits) {
    return std::bit_cast<double>(
        std::uint64_t{std::stoull(digits.get<std::string>(), nullptr, 16)});
}

std::int64_t milliseconds(neptune::Datetime time) {
    return time.time_since_epoch().count();
}
neptune::Datetime datetime(const Json& ms) {
    return neptune::Datetime(std::chrono::milliseconds(ms.get<std::int64_t>()));
}

Json to_json(double value) {
    return bits(value);
}
Json to_json(const std::string& value) {
    return value;
}
void from_json_to(const Json& json, double& value) {
    value = number(json);
}
void from_json_to(const Json& json, std::string& value) {
    value = json.get<std::string>();
}

template <class Series>
Series series_from(const Json& points) {
    Series series;
    for (const auto& point : points) {
        series.steps.push_back(number(point[0]));
        series.timestamps.emplace_back(datetime(point[1]));
        from_json_to(point[2], series.values.emplace_back());
    }
    return series;
}

template <class T>
Json points_of(const neptune::ReadOnlyField& field) {
    Json points = Json::array();
    for (const auto& point : field.fetch_values<T>())
        points.push_back({bits(point.step), milliseconds(point.timestamp), to_json(point.value)});
    return points;
}

neptune::Value to_value(const std::string& type, const Json& value) {
    if (type == "Float") return number(value);
    if (type == "Integer") return value.get<std::int64_t>();
    if (type == "Boolean") return value.get<bool>();
    if (type == "String") return value.get<std::string>();
    if (type == "Datetime") return datetime(value);
    if (type == "StringSet") return neptune::StringSet{value.get<std::vector<std::string>>()};
    if (type == "FloatSeries") return series_from<neptune::FloatSeries>(value);
    if (type == "StringSeries") return series_from<neptune::StringSeries>(value);
    throw std::invalid_argument("no way to write a " + type);
}

Json to_json(const neptune::ReadOnlyField& field, neptune::FieldType type) {
    switch (type) {
        case neptune::FieldType::float_number:
            return bits(field.fetch<double>());
        case neptune::FieldType::integer:
            return field.fetch<std::int64_t>();
        case neptune::FieldType::boolean:
            return field.fetch<bool>();
        case neptune::FieldType::string:
            return field.fetch<std::string>();
        case neptune::FieldType::datetime:
            return milliseconds(field.fetch<neptune::Datetime>());
        case neptune::FieldType::string_set:
            return field.fetch<neptune::StringSet>().values;
        case neptune::FieldType::float_series:
            return points_of<double>(field);
        case neptune::FieldType::string_series:
            return points_of<std::string>(field);
        case neptune::FieldType::run_state:
            return field.fetch<neptune::RunState>() == neptune::RunState::active ? "Active"
                                                                                 : "Inactive";
        default:
            return nullptr;
    }
}

template <class Object>
void collect(const Object& object, const neptune::Structure& node, const std::string& path,
             Json& fields) {
    if (node.type())
        fields[path] = {{"type", neptune::display_name(*node.type())},
                        {"value", to_json(object[path], *node.type())}};
    for (const auto& [name, child] : node.children())
        collect(object, child, path.empty() ? name : path + "/" + name, fields);
}

template <class Object>
void print_fields(const Object& object) {
    Json fields = Json::object();
    collect(object, object.structure(), "", fields);
    std::cout << fields << '\n';
}

template <class Object>
void write_fields(const Object& object) {
    const auto fields = Json::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    for (const auto& [path, field] : fields.items())
        object[path] = to_value(field.at("type").template get<std::string>(), field.at("value"));
    object.wait();
    std::cout << object["sys/id"].template fetch<std::string>() << '\n';
}

// What a run records by itself would be fields that the tests had to ignore.
neptune::InitRun quiet_run(const std::string& project) {
    return {.project = project,
            .source_files = std::vector<std::string>(),
            .capture_stdout = false,
            .capture_stderr = false,
            .capture_hardware_metrics = false,
            .capture_traceback = false,
            .git_ref = false};
}

int errors = 0;

void count_error(const neptune::Error& error) {
    ++errors;
    std::cerr << error.what() << '\n';
}

void write(std::string_view kind, const std::string& project, const std::string& parent) {
    if (kind == "run") {
        auto options = quiet_run(project);
        options.on_error = count_error;
        write_fields(neptune::init_run(options));
    }
    if (kind == "model")
        write_fields(
            neptune::init_model({.key = parent, .project = project, .on_error = count_error}));
    if (kind == "model_version")
        write_fields(neptune::init_model_version(
            {.model = parent, .project = project, .on_error = count_error}));
    if (kind == "project")
        write_fields(neptune::init_project({.project = project, .on_error = count_error}));
}

void read(std::string_view kind, const std::string& project, const std::string& id) {
    if (kind == "run") print_fields(neptune::open_run({.with_id = id, .project = project}));
    if (kind == "model") print_fields(neptune::open_model({.with_id = id, .project = project}));
    if (kind == "model_version")
        print_fields(neptune::open_model_version({.with_id = id, .project = project}));
    if (kind == "project") print_fields(neptune::open_project({.project = project}));
}

void append(const std::string& project, const std::string& custom_run_id, int count) {
    auto options = quiet_run(project);
    options.custom_run_id = custom_run_id;
    options.on_error = count_error;
    const auto run = neptune::init_run(options);
    std::cout << "ready" << std::endl;
    std::string line;
    std::getline(std::cin, line);
    for (int i = 0; i < count; ++i) {
        run["shared"].append(i);
        run["cpp"].append(i, {.step = i});
    }
    std::cout << "logged" << std::endl;
    run.wait();
}

void change_stage(const std::string& project, const std::string& id, const std::string& stage) {
    neptune::init_model_version({.with_id = id, .project = project})
        .change_stage(neptune::stage_from_string(stage).value());
}

// --- files

neptune::File grey_image(std::uint8_t value) {
    const std::array<std::uint8_t, 6> pixels = {value, 10, 20, 30, 40, 50};
    return neptune::File::as_image(neptune::ImageView{pixels.data(), 2, 3});
}

void upload_folder(const std::string& project, const std::string& folder) {
    const auto run = neptune::init_run({.project = project, .on_error = count_error});
    run["path"].upload(folder + "/large.bin");
    run["content"].upload(neptune::File::from_content("gr\u00fc\u00dfe", "md"));
    run["image"].upload(grey_image(7));
    run["set"].upload_files(folder + "/set/**");
    run["images"].append(grey_image(1), {.step = 1, .name = "one"});
    run["images"].append(grey_image(2), {.step = 5});
    run.wait();
    std::cout << run["sys/id"].fetch<std::string>() << '\n';
}

void download_folder(const std::string& project, const std::string& id, const std::string& folder) {
    const auto run = neptune::open_run({.with_id = id, .project = project});
    run["path"].download(folder + "/path");
    run["set"].download(folder + "/set.zip");
    run["images"].download(folder + "/images");
    std::cout << run["path"].fetch_extension() << '\n';
}

// --- tables

Json to_json(const neptune::Row& row) {
    Json fields = Json::object();
    for (const auto& path : row.paths()) {
        const auto type = row.get_attribute_type(path);
        Json value;
        if (type == neptune::FieldType::float_number || type == neptune::FieldType::float_series)
            value = bits(row.get<double>(path));
        else if (type == neptune::FieldType::integer)
            value = row.get<std::int64_t>(path);
        else if (type == neptune::FieldType::boolean)
            value = row.get<bool>(path);
        else if (type == neptune::FieldType::datetime)
            value = milliseconds(row.get<neptune::Datetime>(path));
        else if (type == neptune::FieldType::string_set)
            value = row.get<neptune::StringSet>(path).values;
        else if (type == neptune::FieldType::run_state)
            value = row.get<neptune::RunState>(path) == neptune::RunState::active ? "Active"
                                                                                  : "Inactive";
        else if (!neptune::detail::is_stored_as_files(type))
            value = row.get<std::string>(path);
        fields[path] = {{"type", neptune::display_name(type)}, {"value", value}};
    }
    return fields;
}

template <class Query>
Query read_query(const Json& options) {
    Query query;
    if (options.contains("query")) query.query = options["query"].get<std::string>();
    if (options.contains("columns"))
        query.columns = options["columns"].get<std::vector<std::string>>();
    if (options.contains("limit")) query.limit = options["limit"].get<std::int64_t>();
    query.sort_by = options.value("sort_by", query.sort_by);
    query.ascending = options.value("ascending", query.ascending);
    if constexpr (requires { query.trashed; }) {
        if (options.contains("trashed") && options["trashed"].is_null())
            query.trashed.reset();
        else
            query.trashed = options.value("trashed", false);
    }
    if constexpr (requires { query.tag; }) {
        const auto words = [&](const char* name) {
            return options.value(name, std::vector<std::string>());
        };
        query.id = words("id");
        query.owner = words("owner");
        query.tag = words("tag");
        for (const auto& state : words("state"))
            query.state.push_back(state == "active" ? neptune::RunState::active
                                                    : neptune::RunState::inactive);
    }
    return query;
}

void print_rows(neptune::Table table) {
    Json rows = Json::array();
    for (const auto& row : table) rows.push_back(to_json(row));
    std::cout << rows << '\n';
}

void table(std::string_view kind, const std::string& project, const std::string& model) {
    const auto options = Json::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    const auto opened = neptune::open_project({.project = project});
    if (kind == "run") print_rows(opened.fetch_runs_table(read_query<neptune::RunsQuery>(options)));
    if (kind == "model")
        print_rows(opened.fetch_models_table(read_query<neptune::ModelsQuery>(options)));
    if (kind == "model_version")
        print_rows(
            neptune::open_model({.with_id = model, .project = project})
                .fetch_model_versions_table(read_query<neptune::ModelVersionsQuery>(options)));
}

// --- artifacts

neptune::Run shared_run(const std::string& project, const std::string& custom_run_id) {
    auto options = quiet_run(project);
    options.custom_run_id = custom_run_id;
    options.mode = neptune::Mode::sync;
    return neptune::init_run(options);
}

void track(const std::string& project, const std::string& custom_run_id, const std::string& field,
           const std::string& location, const std::string& destination) {
    const auto run = shared_run(project, custom_run_id);
    neptune::TrackFiles options;
    if (!destination.empty()) options.destination = destination;
    run[field].track_files(location, options);
    std::cout << run[field].fetch_hash() << '\n';
}

void print_files(const std::string& project, const std::string& custom_run_id,
                 const std::string& field) {
    Json files = Json::array();
    for (const auto& file : shared_run(project, custom_run_id)[field].fetch_files_list())
        files.push_back({{"file_path", file.file_path},
                         {"file_hash", file.file_hash},
                         {"type", file.type},
                         {"size", file.size ? Json(*file.size) : Json()},
                         {"metadata", file.metadata}});
    std::cout << files << '\n';
}

// --- records

// A run with everything that it records by itself; the last line is its sys/id.
void record(const std::string& project) {
    const auto run = neptune::init_run({.project = project,
                                        .monitoring_namespace = "m",
                                        .dependencies = "infer",
                                        .on_error = count_error});
    std::printf("by printf\n");
    std::fflush(stdout);
    std::cout << "by cout" << std::endl;
    std::cerr << "an error\n";
    std::cout << run["sys/id"].fetch<std::string>() << std::endl;
    try {
        run.guard([] { throw std::runtime_error("the training failed"); });
    } catch (const std::runtime_error&) {
        return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string(); };
    try {
        if (word(0) == "write")
            write(word(1), word(2), word(3));
        else if (word(0) == "read")
            read(word(1), word(2), word(3));
        else if (word(0) == "append")
            append(word(1), word(2), std::stoi(word(3)));
        else if (word(0) == "record")
            record(word(1));
        else if (word(0) == "stage")
            change_stage(word(1), word(2), word(3));
        else if (word(0) == "upload_folder")
            upload_folder(word(1), word(2));
        else if (word(0) == "download_folder")
            download_folder(word(1), word(2), word(3));
        else if (word(0) == "table")
            table(word(1), word(2), word(3));
        else if (word(0) == "track")
            track(word(1), word(2), word(3), word(4), word(5));
        else if (word(0) == "files")
            print_files(word(1), word(2), word(3));
        else if (word(0) == "download")
            shared_run(word(1), word(2))[word(3)].download(word(4));
        else if (word(0) == "upload")
            shared_run(word(1), word(2))[word(3)].upload(word(4));
        else
            throw std::invalid_argument("usage: see the top of peer.cpp");
    } catch (const std::exception& error) {
        std::cerr << "peer: " << error.what() << '\n';
        return 1;
    }
    return errors == 0 ? 0 : 1;
}
