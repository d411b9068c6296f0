// One file of the program holds the engine.
#include <neptune/neptune.hpp>
