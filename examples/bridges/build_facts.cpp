// How the program was built, beside what it found out.
#include <neptune/bridges/build_facts.hpp>

#include <iostream>

int main() {
    auto run = neptune::init_run();
    run["source_code/build"] = NEPTUNE_BUILD_FACTS;
    run.wait();

    for (const char* name : {"compiler", "flags", "type"})
        std::cout << name << ": "
                  << run["source_code/build"][name].fetch_as<std::string>("not known") << '\n';
    return run["source_code/build/compiler"].fetch<std::string>().empty() ? 1 : 0;
}
