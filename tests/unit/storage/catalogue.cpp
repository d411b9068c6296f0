#include <neptune/storage/catalogue.hpp>

#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("catalogue: it finds fields above and below a path", "[storage]") {
    Catalogue catalogue;
    catalogue.add("a/b/c", 1, FieldType::integer);
    catalogue.add("a/b0", 2, FieldType::integer);
    CHECK(catalogue.field_above("a/b/c/d/e") == "a/b/c");
    CHECK_FALSE(catalogue.field_above("a/b/c"));
    CHECK_FALSE(catalogue.field_above("a/b/cc/d"));
    CHECK(catalogue.is_namespace("a"));
    CHECK(catalogue.is_namespace("a/b"));
    CHECK_FALSE(catalogue.is_namespace("a/b/c"));
    CHECK_FALSE(catalogue.is_namespace("a/b0"));
    CHECK_FALSE(catalogue.is_namespace("a/"));
}

TEST_CASE("catalogue: sys fields are not counted", "[storage]") {
    Catalogue catalogue;
    catalogue.add("sys/name", 1, FieldType::string);
    catalogue.add("system", 2, FieldType::string);
    CHECK(catalogue.user_fields() == 1);
    catalogue.remove("sys/name");
    catalogue.remove("unknown");
    CHECK(catalogue.user_fields() == 1);
    catalogue.remove("system");
    CHECK(catalogue.user_fields() == 0);
    CHECK_FALSE(catalogue.find("system"));
}

TEST_CASE("catalogue: the cache forgets the objects that were written to longest ago",
          "[storage]") {
    Fixture f;
    const Object second = f.create(ObjectKind::run), third = f.create(ObjectKind::run);
    f.store.reset();
    Database database(database_file(f.directory.path));
    WriteSession session{database, 1};
    // A fresh run has 4 stored fields and counts as 5.
    CatalogueCache cache(10);
    const auto mark = [&](const Object& object) {
        cache.get(session, object.id)->add("mark", 0, FieldType::string);
    };
    const auto is_kept = [&](const Object& object) {
        return cache.get(session, object.id)->find("mark") != nullptr;
    };
    cache.get(session, f.run.id);
    mark(second);
    CHECK(is_kept(second));
    cache.get(session, third.id);
    CHECK_FALSE(is_kept(second));
    mark(second);
    CHECK(is_kept(second));
    cache.drop(second.id);
    cache.drop("unknown");
    CHECK_FALSE(is_kept(second));
    mark(second);
    session.generation = 2;
    CHECK_FALSE(is_kept(second));
    CHECK(cache.get(session, "unknown") == nullptr);
}

TEST_CASE("catalogue: one object larger than the cache is kept while it is used", "[storage]") {
    Fixture f;
    f.store.reset();
    Database database(database_file(f.directory.path));
    WriteSession session{database, 1};
    CatalogueCache cache(1);
    Catalogue* const catalogue = cache.get(session, f.run.id);
    REQUIRE(catalogue != nullptr);
    CHECK(cache.get(session, f.run.id) == catalogue);
    CHECK(catalogue->fields().size() == 4);
}
