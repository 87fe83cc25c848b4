# Compiler settings for our own targets: C++20, warnings as errors, sanitizers by preset, ccache when it is there.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(HOLDFAST_OPTIMIZE_DEBUG "Optimize debug builds a little, so that tests are quick" OFF)
option(HOLDFAST_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Everything of ours links this privately.
add_library(holdfast_options INTERFACE)
target_include_directories(holdfast_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(holdfast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# GCC 12 finds overlaps and overflows inside std::string where there are none (its bugs 105651, 105329, 105545); the address
# sanitizer and clang look for the real ones.
target_compile_options(holdfast_options INTERFACE
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>")
# What nobody calls stays out of the program, whatever library it came in: resident memory is mostly code.
target_compile_options(holdfast_options INTERFACE $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
target_link_options(holdfast_options INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>)
if(HOLDFAST_OPTIMIZE_DEBUG)
  target_compile_options(holdfast_options INTERFACE -O1 -g1)
endif()
if(HOLDFAST_SANITIZE)
  # With a sanitizer GCC 12 takes std::function inside std::regex for uninitialized (its bug 105562).
  target_compile_options(holdfast_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  if(HOLDFAST_SANITIZE MATCHES thread)
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(HOLDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# holdfast_library(desired_state SOURCES a.cpp b.cpp PUBLIC holdfast::x PRIVATE yaml)  ->  holdfast::desired_state
function(holdfast_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(holdfast_${name} STATIC ${arg_SOURCES})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  target_include_directories(holdfast_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(holdfast_${name} PUBLIC ${arg_PUBLIC} PRIVATE holdfast_options ${arg_PRIVATE})
endfunction()
