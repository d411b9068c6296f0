#ifndef NEPTUNE_STORAGE_READERS_HPP
#define NEPTUNE_STORAGE_READERS_HPP

// Connections for reading. Each read works on a snapshot of its own and waits for no writer.

#include <neptune/storage/schema.hpp>
#include <neptune/storage/sqlite.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune::storage {

/// Threads: any. Connections are opened when more reads than ever happen at once; `kept` of them
/// stay open.
class Readers {
public:
    explicit Readers(std::string path) : path_(std::move(path)) {}

    /// `read(Database&)` within one snapshot.
    template <class Read>
    auto run(Read&& read) -> std::invoke_result_t<Read&, Database&> {
        const Lease lease(*this);
        const Transaction snapshot(*lease.database, Transaction::Kind::read);
        return read(*lease.database);
    }

private:
    struct Lease {
        explicit Lease(Readers& readers_) : readers(readers_), database(readers_.take()) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() { readers.give_back(std::move(database)); }
        Readers& readers;
        std::unique_ptr<Database> database;
    };

    std::unique_ptr<Database> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto database = std::move(idle_.back());
                idle_.pop_back();
                return database;
            }
        }
        auto database = std::make_unique<Database>(path_);
        configure(*database);
        database->run_script("PRAGMA query_only = ON");
        return database;
    }

    void give_back(std::unique_ptr<Database> database) {
        const std::lock_guard lock(mutex_);
        if (idle_.size() < kept) idle_.push_back(std::move(database));
    }

    // More than cores, so that a long read does not make short ones open connections.
    static constexpr std::size_t kept = 8;

    std::string path_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace neptune::storage

#endif
