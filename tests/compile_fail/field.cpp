// What a field refuses, and in which words: clang++ prints the sentence, g++ the name of the template parameter.
#include <neptune/run.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

struct Widget {};
enum Plain { one };
enum class Scoped { one };

[[maybe_unused]] void write(neptune::Run& run, std::vector<neptune::Field>& fields) {
    [[maybe_unused]] int number = 0;
    [[maybe_unused]] std::vector<bool> flags(1);
    [[maybe_unused]] neptune::Field field = run["f"];
    run["control"] = "a string";
    run["control"] = {{"a", "b"}, {"c", "d"}};
    run["control"].append(0.5);
    run["control"].extend({1.0, 2.0});
    run["control"] = run["other"];
    run["control"] = neptune::stringify(std::vector<int>{1});
    fields.push_back(field);

    // --- types that no field can hold
#ifdef REJECT_char  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = char
    run["x"] = 'c';
#endif
#ifdef REJECT_vector  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::vector<int>
    run["x"] = std::vector<int>{1};
#endif
#ifdef REJECT_vector_of_strings  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::vector<
    run["x"] = std::vector<std::string>{"a"};
#endif
#ifdef REJECT_nullptr  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::nullptr_t
    run["x"] = nullptr;
#endif
#ifdef REJECT_pointer  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = int.
    run["x"] = &number;
#endif
#ifdef REJECT_own_struct  // expect: specialise neptune::FieldTraits|cannot_store_this_type_see_neptune_stringify = .*Widget
    run["x"] = Widget{};
#endif
#ifdef REJECT_optional  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::optional<int>
    run["x"] = std::optional<int>{1};
#endif
#ifdef REJECT_enum  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = .*Plain
    run["x"] = one;
#endif
#ifdef REJECT_enum_class  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = .*Scoped
    run["x"] = Scoped::one;
#endif
#ifdef REJECT_vector_bool_reference  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::_Bit_reference
    run["x"] = flags[0];
#endif
#ifdef REJECT_stringify_of_a_struct  // expect: stringify needs operator<<|needs_an_output_operator_for_this_type = .*Widget
    run["x"] = neptune::stringify(Widget{});
#endif
#ifdef REJECT_filesystem_path  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::filesystem::
    run["x"] = std::filesystem::path("x");
#endif
#ifdef REJECT_duration  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::chrono::duration
    run["x"] = std::chrono::seconds(1);
#endif
#ifdef REJECT_map_of_widgets  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::map
    run["x"] = std::map<std::string, Widget>{};
#endif
#ifdef REJECT_assign_function  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = .*Widget
    run["x"].assign(Widget{});
#endif

    // --- braces that are no dictionary
#ifdef REJECT_list_of_numbers  // expect: use extend.. for a series, add.. for tags|a_braced_list_is_no_value_use_extend_or_add = int
    run["x"] = {1, 2, 3};
#endif
#ifdef REJECT_list_of_strings  // expect: use extend.. for a series, add.. for tags|a_braced_list_is_no_value_use_extend_or_add
    run["x"] = {"a", "b"};
#endif
#ifdef REJECT_one_number_in_braces  // expect: a braced list is no value|a_braced_list_is_no_value_use_extend_or_add
    run["x"] = {5};
#endif
#ifdef REJECT_number_and_string  // expect: a braced list is no value|a_braced_list_is_no_value_use_extend_or_add
    run["x"] = {1, "a"};
#endif
#ifdef REJECT_single_braces_of_a_dictionary  // expect: a braced list is no value|a_braced_list_is_no_value_use_extend_or_add
    run["x"] = {"a", 1};
#endif
#ifdef REJECT_number_as_key  // expect: dictionary keys must be strings|dictionary_keys_must_be_strings = int
    run["x"] = {{1, 2}, {3, 4}};
#endif
#ifdef REJECT_entry_of_three  // expect: a dictionary entry is {key, value}|an_entry_is_key_and_value
    run["x"] = {{"a", 1, 2}};
#endif
#ifdef REJECT_vector_in_dictionary  // expect: a field cannot hold this type|cannot_store_this_type_see_neptune_stringify = std::vector<int>
    run["x"] = {{"a", std::vector<int>{}}, {"b", 1}};
#endif

    // --- handles are pointers: they are not rebound, and no value
#ifdef REJECT_rebinding_a_handle  // expect: use handle.assign.other. for the server-side copy|a_handle_is_never_rebound_use_assign_for_the_server_side_copy
    field = run["y"];
#endif
#ifdef REJECT_erasing_from_a_vector_of_handles  // expect: use handle.assign.other. for the server-side copy|a_handle_is_never_rebound_use_assign_for_the_server_side_copy
    fields.erase(fields.begin());
#endif
#ifdef REJECT_comparing_with_a_value  // expect: compare field.fetch<T>|a_handle_is_no_value_use_fetch = int
    if (field == 5) number = 1;
#endif
#ifdef REJECT_comparing_a_value_with_it  // expect: compare field.fetch<T>|a_handle_is_no_value_use_fetch = int
    if (5 == field) number = 1;
#endif
#ifdef REJECT_comparing_for_difference  // expect: compare field.fetch<T>|a_handle_is_no_value_use_fetch
    if (field != "a") number = 1;
#endif
#ifdef REJECT_comparing_two_handles  // expect: compare field.fetch<T>|a_handle_is_no_value_use_fetch
    if (field == run["y"]) number = 1;
#endif
#ifdef REJECT_stop_on_a_field  // expect: stop.. belongs to the object|call_this_on_the_object_not_on_a_field
    field.stop();
#endif
#ifdef REJECT_stop_on_a_field_with_a_limit  // expect: stop.. belongs to the object|call_this_on_the_object_not_on_a_field
    field.stop(std::chrono::seconds(1));
#endif
#ifdef REJECT_sync_on_a_field  // expect: sync.. belongs to the object|call_this_on_the_object_not_on_a_field
    field.sync();
#endif
#ifdef REJECT_wait_on_a_field  // expect: wait.. belongs to the object|call_this_on_the_object_not_on_a_field
    field.wait();
#endif

    // --- paths
#ifdef REJECT_path_zero  // expect: paths are strings|paths_are_strings = int
    run[0] = 1;
#endif
#ifdef REJECT_path_one  // expect: paths are strings|paths_are_strings = int
    run[1] = 1;
#endif
#ifdef REJECT_path_zero_below_a_field  // expect: paths are strings|paths_are_strings = int
    field[0] = 1;
#endif
#ifdef REJECT_path_nullptr  // expect: paths are strings|paths_are_strings
    run[nullptr] = 1;
#endif

    // --- series
#ifdef REJECT_append_of_a_time  // expect: a point of a series is a number or a text|a_point_is_a_number_or_a_text = std::chrono::time_point
    field.append(std::chrono::system_clock::now());
#endif
#ifdef REJECT_append_of_a_char  // expect: a point of a series is a number or a text|a_point_is_a_number_or_a_text = char
    field.append('c');
#endif
#ifdef REJECT_append_of_a_range  // expect: a point of a series is a number or a text|a_point_is_a_number_or_a_text = std::vector
    field.append(std::vector<double>{1});
#endif
#ifdef REJECT_append_of_a_struct  // expect: a point of a series is a number or a text|a_point_is_a_number_or_a_text = .*Widget
    field.append(Widget{});
#endif
#ifdef REJECT_append_of_a_map_of_structs  // expect: a point of a series is a number or a text|a_point_is_a_number_or_a_text = std::map
    field.append(std::map<std::string, Widget>{});
#endif
#ifdef REJECT_extend_by_one_number  // expect: use append for one point|extend_takes_a_range_of_numbers_or_texts = int
    field.extend(5);
#endif
#ifdef REJECT_extend_by_a_text  // expect: use append for one point|extend_takes_a_range_of_numbers_or_texts = char ?.5.
    field.extend("text");
#endif
#ifdef REJECT_extend_by_structs  // expect: extend takes a range of numbers or texts|extend_takes_a_range_of_numbers_or_texts = std::vector
    field.extend(std::vector<Widget>{});
#endif

    // --- reading
#ifdef REJECT_fetch_of_a_struct  // expect: neptune: a field is fetched as bool, an integer
    [[maybe_unused]] auto widget = field.fetch<Widget>();
#endif
#ifdef REJECT_fetch_of_a_pointer  // expect: neptune: a field is fetched as bool, an integer
    [[maybe_unused]] auto text = field.fetch<const char*>();
#endif
#ifdef REJECT_fetch_last_of_an_integer  // expect: neptune: fetch_last<double>.. for a FloatSeries, fetch_last<std::string>.. for a StringSeries
    [[maybe_unused]] auto last = field.fetch_last<int>();
#endif
#ifdef REJECT_fetch_values_of_an_integer  // expect: neptune: fetch_values<double>.. for a FloatSeries, fetch_values<std::string>.. for a StringSeries
    [[maybe_unused]] auto values = field.fetch_values<int>();
#endif
}

}  // namespace
