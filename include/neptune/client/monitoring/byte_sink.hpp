#ifndef NEPTUNE_CLIENT_MONITORING_BYTE_SINK_HPP
#define NEPTUNE_CLIENT_MONITORING_BYTE_SINK_HPP

#include <streambuf>

namespace neptune::client {

/// A stream buffer without a buffer: whatever is written arrives at `xsputn`, which a class derived
/// from it implements.
class ByteSink : public std::streambuf {
protected:
    int_type overflow(int_type character) override {
        if (traits_type::eq_int_type(character, traits_type::eof()))
            return traits_type::not_eof(character);
        const char one = traits_type::to_char_type(character);
        return xsputn(&one, 1) == 1 ? character : traits_type::eof();
    }
};

}  // namespace neptune::client

#endif
