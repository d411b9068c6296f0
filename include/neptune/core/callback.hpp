#ifndef NEPTUNE_CORE_CALLBACK_HPP
#define NEPTUNE_CORE_CALLBACK_HPP

// A copyable callable of a fixed signature, as std::function, without <functional>: that header
// costs every file of a training program a tenth of a second.

#include <memory>
#include <type_traits>
#include <utility>

namespace neptune {

template <class Signature>
class Callback;

/// Holds any callable; empty when default-constructed. Copies share the callable. Lifetime: what
/// the callable refers to must outlive the object it is given to. Calling an empty one does nothing
/// and is allowed for `void` only.
template <class Result, class... Arguments>
class Callback<Result(Arguments...)> {
public:
    Callback() = default;
    Callback(std::nullptr_t) {}

    template <class Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, Callback> &&
             std::is_invocable_r_v<Result, std::decay_t<Function>&, Arguments...>)
        Callback(Function&& function)
        : target_(
              std::make_shared<Target<std::decay_t<Function>>>(std::forward<Function>(function))) {}

    [[nodiscard]] explicit operator bool() const noexcept { return target_ != nullptr; }

    Result operator()(Arguments... arguments) const {
        if constexpr (std::is_void_v<Result>) {
            if (!target_) return;
        }
        return target_->call(std::forward<Arguments>(arguments)...);
    }

private:
    struct Callable {
        virtual ~Callable() = default;
        virtual Result call(Arguments...) = 0;
    };
    template <class Function>
    struct Target final : Callable {
        explicit Target(Function function) : function_(std::move(function)) {}
        Result call(Arguments... arguments) override {
            return static_cast<Result>(function_(std::forward<Arguments>(arguments)...));
        }
        Function function_;
    };
    std::shared_ptr<Callable> target_;
};

}  // namespace neptune

#endif
