#ifndef NEPTUNE_STORAGE_SQLITE_HPP
#define NEPTUNE_STORAGE_SQLITE_HPP

// SQLite as C++: a connection, statements that are prepared once, transactions. The only file that
// includes <sqlite3.h>.
//
//     Statement found = database.query("SELECT name FROM users WHERE id = ?", id);
//     while (found.step()) use(found.text(0));
//     database.execute("DELETE FROM users WHERE id = ?", id);
//
// SQL is always a literal and values are always bound, so no value is ever read as SQL.

#include <neptune/storage/store.hpp>

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace neptune::storage {

namespace detail {

struct CloseDatabase {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Waiting or freeing space may help with these.
[[nodiscard]] inline bool is_transient(int code) {
    const int primary = code & 0xff;
    return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_FULL ||
           primary == SQLITE_IOERR;
}

[[noreturn]] inline void throw_error(sqlite3* handle, int code, std::string_view context) {
    throw StoreError(
        "storage: " + std::string(handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code)) +
            " (SQLite code " + std::to_string(code) +
            ") in: " + std::string(context.substr(0, 200)),
        is_transient(code));
}

}  // namespace detail

/// One run of a prepared statement. Columns and parameters count from 0. Lifetime: ends before its
/// Database, which gets the prepared form back for the next use. Errors: StoreError with the SQL in
/// its text.
class Statement {
public:
    Statement(detail::StatementHandle handle, std::vector<detail::StatementHandle>& home)
        : handle_(std::move(handle)), home_(&home) {}
    Statement(Statement&&) noexcept = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;
    ~Statement() {
        if (!handle_) return;
        sqlite3_reset(handle_.get());
        sqlite3_clear_bindings(handle_.get());
        home_->push_back(std::move(handle_));
    }

    /// Accepts numbers, texts, spans of bytes, and optionals of them. Texts are copied.
    template <class T>
    void bind(int parameter, const T& value) {
        sqlite3_stmt* const handle = handle_.get();
        const int at = parameter + 1;
        if constexpr (std::is_enum_v<T>)
            check(sqlite3_bind_int64(handle, at, static_cast<std::int64_t>(value)));
        else if constexpr (std::is_integral_v<T>)
            check(sqlite3_bind_int64(handle, at, static_cast<std::int64_t>(value)));
        else if constexpr (std::is_floating_point_v<T>)
            check(sqlite3_bind_double(handle, at, value));
        else if constexpr (std::is_same_v<T, std::nullopt_t>)
            check(sqlite3_bind_null(handle, at));
        else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            const std::string_view text = value;
            // A null pointer would be NULL instead of the empty text.
            check(sqlite3_bind_text64(handle, at, text.data() ? text.data() : "", text.size(),
                                      SQLITE_TRANSIENT, SQLITE_UTF8));
        } else if constexpr (std::is_convertible_v<const T&, std::span<const std::uint8_t>>) {
            const std::span<const std::uint8_t> bytes = value;
            check(sqlite3_bind_blob64(handle, at, bytes.data() ? bytes.data() : &no_bytes,
                                      bytes.size(), SQLITE_TRANSIENT));
        } else {
            value ? bind(parameter, *value) : bind(parameter, std::nullopt);
        }
    }

    template <class... Values>
    void bind_all(const Values&... values) {
        int parameter = 0;
        (bind(parameter++, values), ...);
    }

    /// True while there is a row to read.
    bool step() {
        const int code = sqlite3_step(handle_.get());
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) check(code);
        return false;
    }
    /// Makes the statement ready for another `step`; what is bound stays.
    void reset() { sqlite3_reset(handle_.get()); }
    /// One whole execution of a statement that gives no rows.
    void run() {
        step();
        reset();
    }

    [[nodiscard]] bool is_null(int column) const {
        return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(handle_.get(), column);
    }
    [[nodiscard]] double real(int column) const {
        return sqlite3_column_double(handle_.get(), column);
    }
    /// Text or blob, with its NUL bytes.
    [[nodiscard]] std::string text(int column) const {
        const void* const bytes = sqlite3_column_blob(handle_.get(), column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
        return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
    }
    [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
    template <class Enum>
    [[nodiscard]] Enum enumerator(int column) const {
        return static_cast<Enum>(integer(column));
    }
    [[nodiscard]] std::optional<double> optional_real(int column) const {
        return is_null(column) ? std::nullopt : std::optional(real(column));
    }
    [[nodiscard]] std::optional<std::string> optional_text(int column) const {
        return is_null(column) ? std::nullopt : std::optional(text(column));
    }

private:
    void check(int code) const {
        if (code == SQLITE_OK) return;
        detail::throw_error(sqlite3_db_handle(handle_.get()), code, sqlite3_sql(handle_.get()));
    }

    static constexpr std::uint8_t no_bytes = 0;
    detail::StatementHandle handle_;
    std::vector<detail::StatementHandle>* home_;
};

/// A connection. Threads: one at a time.
class Database {
public:
    /// Opens the file, makes it if it is missing. Errors: StoreError that names the file.
    explicit Database(const std::string& path) {
        sqlite3* handle = nullptr;
        const int code = sqlite3_open_v2(path.c_str(), &handle,
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                         nullptr);
        handle_.reset(handle);
        if (code != SQLITE_OK) detail::throw_error(handle, code, "open " + path);
    }

    /// A statement with its parameters bound. `sql` is a literal: the prepared form is kept under
    /// its address and text.
    template <class... Values>
    [[nodiscard]] Statement query(std::string_view sql, const Values&... values) {
        auto& idle = idle_[sql];
        if (idle.empty()) idle.push_back(prepare(sql));
        Statement statement(std::move(idle.back()), idle);
        idle.pop_back();
        statement.bind_all(values...);
        return statement;
    }

    /// Runs a statement to its end.
    template <class... Values>
    void execute(std::string_view sql, const Values&... values) {
        query(sql, values...).run();
    }

    /// Runs several statements without parameters or rows, such as a schema.
    void run_script(const char* sql) {
        const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) detail::throw_error(handle_.get(), code, sql);
    }

    [[nodiscard]] std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
    /// Rows that the latest INSERT, UPDATE or DELETE touched.
    [[nodiscard]] std::int64_t changed_rows() const { return sqlite3_changes(handle_.get()); }
    /// False also after SQLite itself rolled back, as it does when the disk is full.
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

private:
    detail::StatementHandle prepare(std::string_view sql) {
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) detail::throw_error(handle_.get(), code, sql);
        return detail::StatementHandle(statement);
    }

    std::unique_ptr<sqlite3, detail::CloseDatabase> handle_;
    // After the handle: statements must be finalised before the connection closes.
    std::unordered_map<std::string_view, std::vector<detail::StatementHandle>> idle_;
};

/// `read(row)` of every row.
template <class Read>
[[nodiscard]] auto read_all(Statement rows, Read read) {
    std::vector<decltype(read(std::as_const(rows)))> result;
    while (rows.step()) result.push_back(read(std::as_const(rows)));
    return result;
}

/// `read(row)` of the first row, nothing if there is none.
template <class Read>
[[nodiscard]] auto read_first(Statement rows, Read read)
    -> std::optional<decltype(read(std::as_const(rows)))> {
    if (!rows.step()) return std::nullopt;
    return read(std::as_const(rows));
}

/// Rolls back unless it was committed. Locks: `write` takes the write lock at once, `read` keeps
/// one snapshot.
class Transaction {
public:
    enum class Kind { read, write };

    explicit Transaction(Database& database, Kind kind) : database_(database) {
        database_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        if (!database_.in_transaction()) return;
        try {
            database_.execute("ROLLBACK");
        } catch (const StoreError&) {
            // The connection is broken; its next use says so, and nothing was committed.
        }
    }

    void commit() { database_.execute("COMMIT"); }

private:
    Database& database_;
};

}  // namespace neptune::storage

#endif
