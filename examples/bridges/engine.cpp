// The engine of all programs in this folder: the second door costs its seconds once.
#include <neptune/neptune.hpp>
