#ifndef NEPTUNE_FWD_HPP
#define NEPTUNE_FWD_HPP

// Names only, for headers that mention the library's types by reference. Costs nothing;
// <neptune/run.hpp> has the rest.

namespace neptune {
class Run;
class Model;
class ModelVersion;
class Project;
class Field;
class ReadOnlyField;
class Value;
class Dict;
class Structure;
class LogTarget;
class File;
class Error;
class Table;
class Row;
struct RunsQuery;
struct ModelsQuery;
struct ModelVersionsQuery;
struct Artifact;
struct ArtifactFile;
struct InitRun;
struct InitModel;
struct InitModelVersion;
struct InitProject;
template <class Object>
class ReadOnly;
template <class T>
struct Point;
}  // namespace neptune

#endif
