# What `cmake --install` puts where: the library, the public headers, and what
# CMake and pkg-config need to find them. All of it can be moved afterwards.
include(CMakePackageConfigHelpers)

install(TARGETS lockstep EXPORT lockstepTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/lockstep
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

# --- For find_package --------------------------------------------------------
install(EXPORT lockstepTargets NAMESPACE lockstep::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
configure_package_config_file(
  lockstepConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/lockstepConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/lockstepConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lockstepConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/lockstepConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)

# --- For pkg-config ----------------------------------------------------------
# A folder below the prefix is written as such; one elsewhere, as it is.
function(lockstep_pc_folder variable folder)
  if(IS_ABSOLUTE ${folder})
    set(${variable} ${folder} PARENT_SCOPE)
  else()
    set(${variable} "\${prefix}/${folder}" PARENT_SCOPE)
  endif()
endfunction()
lockstep_pc_folder(lockstep_pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
lockstep_pc_folder(lockstep_pc_libdir ${CMAKE_INSTALL_LIBDIR})
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(lockstep_pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up ${up})
  set(lockstep_pc_prefix "\${pcfiledir}/${up}")
endif()

# What a host that links the static library must link besides. The shared one
# has all of it inside.
set(lockstep_pc_requires_private)
set(lockstep_pc_libs_private)
get_target_property(lockstep_type lockstep TYPE)
if(lockstep_type STREQUAL "STATIC_LIBRARY")
  set(lockstep_pc_requires_private
      "absl_core_headers absl_function_ref absl_hash absl_inlined_vector absl_strings")
  set(lockstep_pc_libs_private "-pthread")
  # For hosts that are linked by a C compiler.
  foreach(runtime IN ITEMS stdc++ c++)
    if(runtime IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
      string(APPEND lockstep_pc_libs_private " -l${runtime} -lm")
    endif()
  endforeach()
endif()
configure_file(lockstep.pc.in ${CMAKE_CURRENT_BINARY_DIR}/lockstep.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lockstep.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
