// The macros of <windows.h> that break most headers. The libraries below us come first: they are
// not ours to check.
#include <bits/stdc++.h>
#include <httplib.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define ERROR 0
#define DELETE (0x00010000L)
#define IN
#define OUT
#define small char
#define interface struct

#include <neptune/neptune.hpp>
#include <neptune/server.hpp>
