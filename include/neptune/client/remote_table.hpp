#ifndef NEPTUNE_CLIENT_REMOTE_TABLE_HPP
#define NEPTUNE_CLIENT_REMOTE_TABLE_HPP

// Rows of a table from the server, page by page.

#include <neptune/client/downloads.hpp>
#include <neptune/client/progress_bar.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/table_csv.hpp>
#include <neptune/client/table_request.hpp>
#include <neptune/client/table_source.hpp>
#include <neptune/core/environment.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

/// The value that a row shows: a series by its last one, a reference by its name.
[[nodiscard]] inline Value row_value(const wire::AttributeValue& value) {
    const auto or_nothing = [](const auto& last) { return last ? Value(*last) : Value(); };
    if (const auto* series = std::get_if<wire::FloatSeriesValue>(&value))
        return or_nothing(series->last);
    if (const auto* series = std::get_if<wire::StringSeriesValue>(&value))
        return or_nothing(series->last);
    if (const auto* git = std::get_if<wire::GitRefValue>(&value)) return git->commit_id;
    if (const auto* artifact = std::get_if<wire::ArtifactValue>(&value)) return artifact->hash;
    return to_value(value);
}

class RemoteTable final : public neptune::detail::TableSource {
public:
    /// `session` gives the one to use at the moment, since a forked child gets another; it and the
    /// reporter outlive the table. `model_id`: as in table_nql. Errors: those of find_sort_type.
    RemoteTable(std::function<Session&()> session, std::string project_id, std::string model_id,
                ObjectKind rows, RunsQuery query, Reporter& reporter)
        : session_(std::move(session)),
          project_id_(std::move(project_id)),
          rows_(rows),
          query_(std::move(query)),
          nql_(table_nql(query_, model_id)),
          sort_type_(find_sort_type(session_(), project_id_, rows, query_.sort_by, reporter)),
          step_(std::clamp<std::int64_t>(
              core::environment_number("NEPTUNE_FETCH_TABLE_STEP_SIZE", 100), 1,
              wire::limits::table_rows_per_page)),
          progress_(query_.progress, "fetching the table", static_cast<std::uint64_t>(step_)) {}

    std::vector<neptune::detail::RowData> next_page() override {
        std::vector<neptune::detail::RowData> rows;
        // A page may hold nothing but rows that were seen, see `resume_behind`.
        while (rows.empty() && !finished_) {
            const std::int64_t left = query_.limit ? *query_.limit - fetched_ : step_;
            const std::int64_t limit = (std::min)(step_, left);
            auto page = fetch(limit);
            if (static_cast<std::int64_t>(page.entries.size()) < limit) finished_ = true;
            offset_ += static_cast<std::int64_t>(page.entries.size());
            for (auto& entry : page.entries)
                if (seen_.count(entry.experiment_id) == 0) rows.push_back(to_row(entry));
            tell(page, rows.size());
            remember_end(rows);
            if (fetched_ == query_.limit) finished_ = true;
        }
        return rows;
    }

    void download(const std::string& object_id, const std::string& path, FieldType type,
                  const Download& options) override {
        if (type == FieldType::file_set)
            download_file_set(session_(), object_id, path, options);
        else
            download_file(session_(), object_id, path, options);
    }

private:
    // Servers may refuse higher offsets, as the hosted one did; ours does not.
    static constexpr std::int64_t lowest_refused_offset = 10'000;

    wire::TableEntries fetch(std::int64_t limit) {
        try {
            return request(limit);
        } catch (const ClientHttpError& error) {
            const auto reply = wire::decode_error(error.status(), error.body());
            if (error.status() == 400 && reply.title == "Syntax error")
                throw InvalidQuery(ErrorCode::invalid_query,
                                   "the server does not understand the query " + full_query() +
                                       (reply.message.empty() ? "" : ": " + reply.message),
                                   "check .query");
            const bool refused = error.status() == 400 && offset_ >= lowest_refused_offset;
            if (!refused || !resume_behind()) throw;
        }
        return request(limit);
    }

    wire::TableEntries request(std::int64_t limit) {
        wire::SearchEntries::Request request;
        request.project_identifier = project_id_;
        request.types.emplace({std::string(wire_name(rows_))});
        request.params.query = wire::NqlQueryDto{full_query()};
        request.params.pagination = wire::PaginationDto{limit, offset_};
        wire::SortingDto sorting;
        sorting.sort_by = {query_.sort_by, std::string(wire_name(sort_type_)), {}};
        sorting.dir = query_.ascending ? "ascending" : "descending";
        sorting.aggregation_mode = "none";
        request.params.sorting = std::move(sorting);
        request.params.attribute_filters = table_columns(query_);
        return session_().call<wire::SearchEntries>(request);
    }

    // Goes on from the value of the last row, which other rows may share: those are asked for again
    // and left out by their IDs. False: that leads no further.
    bool resume_behind() {
        if (!last_sort_value_) return false;
        const auto before = std::exchange(
            behind_, wire::nql::condition(
                         query_.sort_by, wire_name(sort_type_),
                         query_.ascending ? ">=" : "<=", wire::nql::in_quotes(*last_sort_value_)));
        offset_ = 0;
        seen_ = at_end_;
        return behind_ != before;
    }
    [[nodiscard]] std::string full_query() const { return wire::nql::join("AND", {nql_, behind_}); }

    neptune::detail::RowData to_row(wire::TableEntry& entry) {
        neptune::detail::RowData row{entry.experiment_id, {}};
        for (auto& attribute : entry.received) {
            if (!attribute.type) continue;  // of a type that a newer version may know
            auto value = attribute.value ? row_value(*attribute.value) : Value();
            row.cells.push_back({std::move(attribute.name), *attribute.type, std::move(value)});
        }
        std::sort(row.cells.begin(), row.cells.end(),
                  [](const auto& a, const auto& b) { return a.path < b.path; });
        return row;
    }

    /// Keeps the sort value of the last row, and which rows have it.
    void remember_end(const std::vector<neptune::detail::RowData>& rows) {
        for (const auto& row : rows) {
            const auto cell = std::find_if(row.cells.begin(), row.cells.end(),
                                           [&](const auto& c) { return c.path == query_.sort_by; });
            std::optional<std::string> value;
            if (cell != row.cells.end()) value = neptune::detail::cell_text(cell->value);
            if (value != last_sort_value_) at_end_.clear();
            last_sort_value_ = std::move(value);
            at_end_.insert(row.id);
        }
    }

    void tell(const wire::TableEntries& page, std::size_t rows) {
        if (fetched_ == 0) {
            const auto total = page.matching_item_count;
            progress_.begin(
                static_cast<std::uint64_t>((std::min)(total, query_.limit.value_or(total))));
        }
        fetched_ += static_cast<std::int64_t>(rows);
        progress_.advance(rows);
    }

    std::function<Session&()> session_;
    const std::string project_id_;
    const ObjectKind rows_;
    const RunsQuery query_;
    const std::string nql_;
    const FieldType sort_type_;
    const std::int64_t step_;
    ProgressTeller progress_;

    std::int64_t offset_ = 0, fetched_ = 0;
    bool finished_ = false;
    std::string behind_;
    std::optional<std::string> last_sort_value_;
    std::set<std::string> at_end_, seen_;
};

}  // namespace neptune::client

#endif
