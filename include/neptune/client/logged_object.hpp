#ifndef NEPTUNE_CLIENT_LOGGED_OBJECT_HPP
#define NEPTUNE_CLIENT_LOGGED_OBJECT_HPP

// What runs, models, model versions and projects have in common.

#include <neptune/client/field.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace neptune {

/// Somewhere to log: the four objects, and handles.
template <class T>
concept Loggable = requires(const T& target) {
    { target["path"] } -> std::same_as<Field>;
};

/// A Loggable whose type is not known at compile time. Copies refer to the same place; it keeps the
/// object's core alive but does not stop it.
class LogTarget {
public:
    template <Loggable T>
    requires(!std::same_as<T, LogTarget>) LogTarget(const T& target) : base_(target[""]) {}
    [[nodiscard]] Field operator[](std::string_view path) const { return base_[path]; }

private:
    Field base_;
};

namespace detail {

/// True if names may be coloured: standard output is a terminal and NO_COLOR is unset.
inline bool color_wanted() {
    return ::isatty(1) == 1 && std::getenv("NO_COLOR") == nullptr;
}

/// Base of the object classes. Move-only: the one that holds the object stops it in its destructor.
class LoggedObject {
public:
    LoggedObject(const LoggedObject&) = delete;
    LoggedObject& operator=(const LoggedObject&) = delete;
    LoggedObject(LoggedObject&& other) noexcept
        : object_(std::move(other.object_)), owns_(other.owns_), exceptions_(other.exceptions_) {}
    LoggedObject& operator=(LoggedObject&& other) noexcept {
        if (this != &other) {
            leave();
            object_ = std::move(other.object_);
            owns_ = other.owns_;
            exceptions_ = other.exceptions_;
        }
        return *this;
    }
    /// Stops the object; may block as long as `stop()` (see the option `stop_timeout`); never
    /// throws.
    ~LoggedObject() { leave(); }

    /// Handle of the field or namespace at `path`; touches no network. Errors: InvalidPathError,
    /// InactiveObjectError.
    [[nodiscard]] Field operator[](std::string_view path) const {
        return FieldMaker::make(held(), held()->intern(path));
    }
    template <NoPath neptune_paths_are_strings>
    NEPTUNE_REFUSE("paths are strings", Field operator[](neptune_paths_are_strings) const);

    /// One field per leaf, from the root of the object.
    void assign(const Dict& dict, const Write& options = {}) const {
        (*this)[""].assign(dict, options);
    }
    template <class T>
    requires(PointDictionary<T>&& Storable<T> &&
             !std::same_as<T, Dict>) void assign(const T& value, const Write& options = {}) const {
        (*this)[""].assign(value, options);
    }
    /// All single values of the object, by namespace; one request.
    [[nodiscard]] Dict fetch() const { return (*this)[""].fetch<Dict>(); }
    /// Deletes a field or namespace with its data. Errors: MetadataInconsistency if there is
    /// nothing.
    void erase(std::string_view path, const Write& options = {}) const {
        (*this)[path].erase(options);
    }
    void pop(std::string_view path, const Write& options = {}) const { erase(path, options); }
    /// True for a field or a namespace; local knowledge (`sync()` renews it). False for a path that
    /// no field can have.
    [[nodiscard]] bool exists(std::string_view path) const { return held()->exists(path); }
    /// Fields with their types, as known here.
    [[nodiscard]] Structure structure() const { return held()->structure(); }
    /// The structure on standard output, names in blue on a terminal unless NO_COLOR is set.
    void print_structure() const {
        const auto text = structure().to_text(color_wanted());
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
    template <class Stream>
    requires requires(Stream& stream, const std::string& text) { stream << text; }
    void print_structure(Stream& stream) const { stream << structure().to_text(); }

    /// Blocks until everything logged so far is on the server (or, with WaitFor::disk, on the
    /// disk). Errors: SynchronizationStopped if nothing is sent any more.
    void wait(WaitFor what = WaitFor::server) const { held()->wait(what); }
    /// Re-reads which fields the server has, so that those of other processes become known. Errors:
    /// OfflineModeError, ConnectionLost, ApiError.
    void sync(const Sync& options = {}) const { held()->sync(options); }
    /// Sends what is left and closes the object; a second call does nothing. Never takes longer
    /// than `limit`; without one it gives up after 60 s without progress
    /// (NEPTUNE_SYNC_AFTER_STOP_TIMEOUT). What is not sent stays on disk.
    template <class Rep, class Period>
    void stop(std::chrono::duration<Rep, Period> limit) const {
        held()->stop(std::chrono::duration<double>(limit));
    }
    void stop() const { held()->stop(std::nullopt); }
    /// Closes the object without sending: data stay on disk for `neptune-cpp sync`.
    void detach() const { held()->detach(); }
    [[nodiscard]] State state() const { return object_ ? object_->state() : State::stopped; }
    /// Address of the object in the app; `offline/<uuid>` in offline mode.
    [[nodiscard]] std::string url() const { return held()->url(); }

    [[nodiscard]] const std::shared_ptr<Object>& core() const { return held(); }

protected:
    LoggedObject(std::shared_ptr<Object> object, bool owns)
        : object_(std::move(object)), owns_(owns), exceptions_(std::uncaught_exceptions()) {}

    [[nodiscard]] const std::shared_ptr<Object>& held() const {
        if (!object_)
            throw InactiveObjectError(ErrorCode::inactive_object, "this object was moved from");
        return object_;
    }

private:
    void leave() noexcept {
        if (!object_ || !owns_) return;
        // The exception itself is out of reach here; guard() and with_run() see it.
        if (std::uncaught_exceptions() > exceptions_) object_->exception_left_scope(nullptr);
        try {
            object_->stop(std::nullopt);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "[neptune] [error  ] stopping %s failed: %s\n",
                         object_->url().c_str(), error.what());
        }
        object_.reset();
    }

    std::shared_ptr<Object> object_;
    bool owns_;
    int exceptions_;
};

}  // namespace detail
}  // namespace neptune

#endif
