// The program neptune-cpp: the server, and the commands that act on its data directory. See
// `neptune-cpp --help`.

#include <neptune/cli/program.hpp>

#include <csignal>
#include <iostream>

int main(int argc, char** argv) {
    // Whoever read the output may be gone before the server is, as in `neptune-cpp serve | head
    // -1`.
    std::signal(SIGPIPE, SIG_IGN);
    return neptune::cli::run(argc, argv, {std::cout, std::cerr});
}
