#ifndef NEPTUNE_STORAGE_TABLE_FILTER_HPP
#define NEPTUNE_STORAGE_TABLE_FILTER_HPP

// A query bound to the columns that it is about.

#include <neptune/storage/table_cell.hpp>
#include <neptune/wire/nql.hpp>

#include <cstddef>
#include <vector>

namespace neptune::storage {

/// One cell per row. Shape: as long as the table has rows.
using Column = std::vector<Cell>;

/// Lifetime: within that of the expression and of the columns.
class Filter {
public:
    /// `column_of(path)` gives `const Column*`; null where no object has the field.
    template <class ColumnOf>
    Filter(const wire::nql::Expression& expression, ColumnOf& column_of)
        : kind_(expression.kind), criterion_(&expression.criterion) {
        if (kind_ == Kind::criterion) column_ = column_of(criterion_->path);
        parts_.reserve(expression.parts.size());
        for (const auto& part : expression.parts) parts_.emplace_back(part, column_of);
    }

    [[nodiscard]] bool operator()(std::size_t row) const {
        switch (kind_) {
            case Kind::criterion:
                return column_ && holds(*criterion_, (*column_)[row]);
            case Kind::negation:
                return !parts_.front()(row);
            case Kind::all_of:
                for (const auto& part : parts_)
                    if (!part(row)) return false;
                return true;
            case Kind::any_of:
                for (const auto& part : parts_)
                    if (part(row)) return true;
                return false;
        }
        return false;
    }

private:
    using Kind = wire::nql::Expression::Kind;
    Kind kind_;
    const wire::nql::Criterion* criterion_;
    const Column* column_ = nullptr;
    std::vector<Filter> parts_;
};

}  // namespace neptune::storage

#endif
