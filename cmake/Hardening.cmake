# Release builds are hardened; test builds run under sanitizers. One or the other.
include(CheckCCompilerFlag)

if(ANCHORD_HARDEN AND ANCHORD_SANITIZE)
  message(FATAL_ERROR "ANCHORD_HARDEN and ANCHORD_SANITIZE exclude each other: choose one")
endif()

if(ANCHORD_HARDEN)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fPIE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
  # Only some processors know the first, only gcc 12 and clang 16 or later the second.
  foreach(flag -fcf-protection -ftrivial-auto-var-init=zero)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
    check_c_compiler_flag(${flag} ${have})
    if(${have})
      add_compile_options(${flag})
    endif()
  endforeach()
endif()

if(ANCHORD_SANITIZE)
  add_compile_options(-fsanitize=${ANCHORD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ANCHORD_SANITIZE})
  if(ANCHORD_SANITIZE MATCHES "address")
    # At a fixed place: kernels that scatter programs widely (vm.mmap_rnd_bits=32) now and then put one
    # where AddressSanitizer keeps its own memory, and it dies before main.
    add_compile_options(-fno-pie)
    add_link_options(-no-pie)
  endif()
endif()
