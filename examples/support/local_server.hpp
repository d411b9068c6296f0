#ifndef NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP
#define NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP

// Where the examples log to: the server that NEPTUNE_API_TOKEN names, else one inside this program,
// which is then named by that variable and NEPTUNE_PROJECT as any other would be.

#include <memory>
#include <string>

class LocalServer {
public:
    /// `name` becomes the project `default/<name>` of a server of our own, whose data stay in
    /// `neptune-data/`; the IDs of its objects begin with `key`.
    LocalServer(const std::string& name, const std::string& key);
    ~LocalServer();

    /// On a terminal: keeps our own server up until Ctrl-C, unless `--once` was given.
    void serve(int argc, char** argv);

private:
    struct Running;
    std::unique_ptr<Running> running_;
};

#endif
