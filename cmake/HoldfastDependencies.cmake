# Debian's packages, the static archives of the C++ libraries: the binary then needs nothing but the C library's family.
# Each is linked PRIVATE to the one target that needs it.
find_package(Threads REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)

function(holdfast_static name header)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "ARCHIVES;LIBRARIES")
  add_library(holdfast_external_${name} INTERFACE)
  find_path(HOLDFAST_${name}_INCLUDE ${header} REQUIRED)
  foreach(archive ${arg_ARCHIVES})
    find_library(HOLDFAST_${archive}_ARCHIVE ${CMAKE_STATIC_LIBRARY_PREFIX}${archive}${CMAKE_STATIC_LIBRARY_SUFFIX} REQUIRED)
    target_link_libraries(holdfast_external_${name} INTERFACE ${HOLDFAST_${archive}_ARCHIVE})
  endforeach()
  target_link_libraries(holdfast_external_${name} INTERFACE ${arg_LIBRARIES})
  add_library(external::${name} ALIAS holdfast_external_${name})
endfunction()

holdfast_static(yaml_cpp yaml-cpp/yaml.h ARCHIVES yaml-cpp)
holdfast_static(sqlite sqlite3.h ARCHIVES sqlite3 LIBRARIES Threads::Threads m ${CMAKE_DL_LIBS})
holdfast_static(sqlite_cpp SQLiteCpp/SQLiteCpp.h ARCHIVES SQLiteCpp LIBRARIES external::sqlite)
holdfast_static(re2 re2/re2.h ARCHIVES re2 LIBRARIES Threads::Threads)
holdfast_static(boost_json boost/json.hpp ARCHIVES boost_json boost_container)
holdfast_static(boost_url boost/url.hpp ARCHIVES boost_url)
holdfast_static(cli11 CLI/CLI.hpp)
holdfast_static(fmt fmt/format.h)
target_compile_definitions(holdfast_external_fmt INTERFACE FMT_HEADER_ONLY)
# The archive of yaml-cpp is built for static use; say so before its headers do.
target_compile_definitions(holdfast_external_yaml_cpp INTERFACE YAML_CPP_STATIC_DEFINE)

# A shared library, for Debian has no archive of it. Only the core: values and the text format, no network.
add_library(holdfast_external_prometheus_cpp INTERFACE)
add_library(external::prometheus_cpp ALIAS holdfast_external_prometheus_cpp)
find_path(HOLDFAST_prometheus_cpp_INCLUDE prometheus/text_serializer.h REQUIRED)
find_library(HOLDFAST_prometheus_cpp_LIBRARY prometheus-cpp-core REQUIRED)
target_link_libraries(holdfast_external_prometheus_cpp INTERFACE ${HOLDFAST_prometheus_cpp_LIBRARY} Threads::Threads)
