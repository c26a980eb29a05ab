"""The Conan 2 recipe of lockstep.

Written by Conan's documentation and not tried yet: no test of lockstep runs
Conan. What is tested is in docs/embedding.md.
"""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class LockstepConan(ConanFile):
    name = "lockstep"
    description = "An in-process, lock-ordered ledger engine"
    license = "MIT"
    topics = ("ledger", "accounting", "concurrency")
    package_type = "library"

    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {
        "shared": False,
        "fPIC": True,
        "boost/*:header_only": True,
    }
    implements = ["auto_shared_fpic"]
    generators = "CMakeDeps"

    # export(): what set_version() reads; export_sources(): what is built.
    exports = "include/lockstep/version.h"
    exports_sources = "CMakeLists.txt", "LICENSE", "engine/*", "include/*"

    def set_version(self):
        header = Path(self.recipe_folder, "include/lockstep/version.h")
        found = re.search(
            r'LOCKSTEP_VERSION_STRING "([^"]+)"', header.read_text()
        )
        self.version = found.group(1)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("abseil/20230802.1")
        # Not seen by hosts: the public headers include none of these.
        self.requires("boost/1.83.0", headers=True, libs=False, visible=False)
        self.requires("ms-gsl/4.0.0", headers=True, libs=False, visible=False)
        self.requires("xxhash/0.8.2", headers=True, libs=False, visible=False)

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TOOL", "TESTS", "BENCH"):
            toolchain.cache_variables[f"LOCKSTEP_BUILD_{part}"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(
            self,
            "LICENSE",
            self.source_folder,
            str(Path(self.package_folder, "licenses")),
        )
        CMake(self).install()

    def package_info(self):
        self.cpp_info.libs = ["lockstep"]
        self.cpp_info.set_property("cmake_file_name", "lockstep")
        self.cpp_info.set_property("cmake_target_name", "lockstep::lockstep")
        self.cpp_info.set_property("pkg_config_name", "lockstep")
        if self.settings.os == "Linux":
            self.cpp_info.system_libs = ["pthread", "m"]
