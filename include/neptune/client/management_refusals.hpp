#ifndef NEPTUNE_CLIENT_MANAGEMENT_REFUSALS_HPP
#define NEPTUNE_CLIENT_MANAGEMENT_REFUSALS_HPP

// What a refused management call means (wire protocol §11, §13.2). An error type decides before the
// status does, as in the Python client.

#include <neptune/client/management_failure.hpp>
#include <neptune/wire/error_reply.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace neptune::client {

/// The failures of one call, by status; what is not among them is left to the general errors.
class Refusals {
public:
    Refusals& on(int status, std::function<void()> fail) {
        fail_on_[status] = std::move(fail);
        return *this;
    }
    Refusals& project(const std::string& name) {
        return on(404, [name] {
            throw management::ProjectNotFound(
                "there is no project '" + name + "', or you may not see it",
                "get_project_list names those that you see", {{"name", name}});
        });
    }
    Refusals& workspace(const std::string& name) {
        return on(404, [name] { throw_workspace_not_found(name); });
    }
    Refusals& of_creation(const std::string& name) {
        created_ = name;
        return *this;
    }

    [[noreturn]] static void throw_workspace_not_found(const std::string& name) {
        throw management::WorkspaceNotFound(
            "there is no workspace '" + name + "', or you do not belong to it", {},
            {{"workspace", name}});
    }

    /// Throws the failure that the reply means, or returns.
    void explain(const wire::ErrorReply& reply) const {
        explain_type(reply);
        if (reply.status == 400 && !created_.empty()) explain_validation(reply);
        if (const auto found = fail_on_.find(reply.status); found != fail_on_.end())
            found->second();
    }

private:
    static std::string text(const wire::Json& json, const char* name) {
        const auto found = json.is_object() ? json.find(name) : json.end();
        if (!json.is_object() || found == json.end()) return {};
        return found->is_string() ? found->get<std::string>() : wire::to_text(*found);
    }

    static void explain_type(const wire::ErrorReply& reply) {
        const auto detail = [&](const char* name) { return text(reply.details, name); };
        using Type = wire::ErrorType;
        switch (reply.type) {
            case Type::project_key_collision:
                throw management::ProjectKeyCollision(
                    "there is a project with the key '" + detail("key") + "' already",
                    "choose another key, or none", {{"key", detail("key")}});
            case Type::project_key_invalid:
                throw management::ProjectKeyInvalid(
                    "the project key '" + detail("key") + "' is invalid: " + detail("reason"),
                    "choose another key, or none",
                    {{"key", detail("key")}, {"reason", detail("reason")}});
            case Type::project_name_collision:
                throw management::ProjectNameCollision(
                    "there is a project with the name '" + detail("name") + "' already",
                    "choose another name", {{"name", detail("name")}});
            case Type::project_name_invalid:
                throw management::ProjectNameInvalid(
                    "the project name '" + detail("name") + "' is invalid: " + detail("reason"),
                    "choose another name", {{"name", detail("name")}});
            case Type::limit_of_projects_reached:
                throw management::ProjectsLimitReached("the workspace may have no more projects",
                                                       "delete one, or ask an admin", {});
            case Type::limit_of_active_projects_reached:
                throw management::ActiveProjectsLimitReached(
                    "the workspace may have no more than " + detail("currentQuota") +
                        " active projects",
                    "delete one, or ask an admin", {{"currentQuota", detail("currentQuota")}});
            case Type::visibility_restricted:
                throw management::ProjectPrivacyRestricted(
                    "the visibility '" + detail("requestedValue") + "' is not allowed",
                    "allowed are " + detail("allowedValues"),
                    {{"requested", detail("requestedValue")},
                     {"allowed", detail("allowedValues")}});
            case Type::incorrect_identifier:
                throw management::IncorrectIdentifier(
                    "'" + detail("identifier") + "' cannot be read as an identifier", {},
                    {{"identifier", detail("identifier")}});
            case Type::experiment_not_found:
                throw management::ObjectNotFound("there is no such object", {}, {});
            default:
                break;
        }
    }

    /// Members and errors of any shape are read as far as they make sense.
    void explain_validation(const wire::ErrorReply& reply) const {
        std::string problems;
        const auto list = reply.details.find("validationErrors");
        if (list == reply.details.end() || !list->is_array()) return;
        for (const auto& member : *list) {
            const auto errors = member.is_object() ? member.find("errors") : member.end();
            if (!member.is_object() || errors == member.end() || !errors->is_array()) continue;
            for (const auto& error : *errors) {
                const auto code = error.is_object() && error.contains("errorCode")
                                      ? text(error.at("errorCode"), "name")
                                      : std::string();
                if (code == "ERR_NOT_UNIQUE")
                    throw management::ProjectAlreadyExists(
                        "there is a project '" + created_ + "' already", "choose another name",
                        {{"name", created_}});
                problems += (problems.empty() ? "" : "; ") + code + ": " + text(error, "context");
            }
        }
        throw management::BadRequest("the project cannot be made: " + problems, {},
                                     {{"validation_errors", problems}});
    }

    std::map<int, std::function<void()>> fail_on_;
    std::string created_;
};

}  // namespace neptune::client

#endif
