// The program neptune-cpp: the server, and the commands beside it. See `neptune-cpp --help`.

#include <neptune/cli/program.hpp>

#include <csignal>
#include <iostream>

int main(int argc, char** argv) {
    // Whoever reads the output may go before the server does: `neptune-cpp serve | head -1`.
    std::signal(SIGPIPE, SIG_IGN);
    return neptune::cli::run(argc, argv, {std::cout, std::cerr, "neptune-cpp", &std::cin});
}
