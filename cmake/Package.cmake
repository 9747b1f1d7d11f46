# What is installed where, and the Debian package (./dev package). Libraries become dependencies by themselves; what
# is not linked is named here.
include(GNUInstallDirs)

install(TARGETS anchord RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS anchord-chart RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/anchord)
install(FILES systemd/anchord.service DESTINATION lib/systemd/system)
install(FILES systemd/anchord.sysusers DESTINATION lib/sysusers.d RENAME anchord.conf)
install(FILES config/anchord.yaml DESTINATION /etc/anchord)
install(FILES config/slack-manifest.json config/matrix-registration.yaml config/alerts.yaml
  config/grafana-dashboard.json DESTINATION ${CMAKE_INSTALL_DATADIR}/anchord)
install(FILES config/completions/anchord.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME anchord)
install(FILES README.md SECURITY.md docs/export.md docs/readings.md docs/rollup.md docs/service.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
if(SCDOC)
  install(FILES ${PROJECT_BINARY_DIR}/config/anchord.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/config/anchord.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME anchord)
set(CPACK_PACKAGE_VENDOR anchord)
set(CPACK_PACKAGE_CONTACT "the anchord project <anchord@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "OKR sprints in the team's chat")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A daemon that makes a team keep its word about outcomes. It lives in Slack or
Matrix, opens short, triggered OKR sprints, each anchored in one key result,
asks every working day how the numbers moved, and lets no sprint end without
its retrospective.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The event library is loaded by name, time zones and certificates are read as files, the unit's reload is a kill, and
# pictures are drawn with fonts.
list(JOIN ANCHORD_FONTS ", " fonts)
list(JOIN ANCHORD_FONTS_WIDE ", " wide_fonts)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libwebsockets-evlib-glib, tzdata, ca-certificates, procps, ${fonts}")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd, bash-completion, ${wide_fonts}")
set(deb ${PROJECT_SOURCE_DIR}/systemd/deb)
file(WRITE ${PROJECT_BINARY_DIR}/conffiles "/etc/anchord/anchord.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deb}/postinst ${deb}/prerm ${deb}/postrm ${PROJECT_BINARY_DIR}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
