#ifndef NEPTUNE_CLIENT_REFUSE_HPP
#define NEPTUNE_CLIENT_REFUSE_HPP

// Refusing a call with our own sentence as the first line of the compiler's error, while
// std::is_assignable and the concepts keep telling the truth. clang prints the sentence; g++ 12 has
// no such attribute for functions that must not take part in traits, so there the hint is the name
// of the template parameter, which its first line shows.
#if defined(__clang__)
#define NEPTUNE_REFUSE(sentence, ...) __attribute__((unavailable("neptune: " sentence))) __VA_ARGS__
#else
#define NEPTUNE_REFUSE(sentence, ...) __VA_ARGS__ = delete
#endif

#endif
