# Makes what the server serves of its page: page.html, page.js, page.css, and capture.js, which browsers want as a file of
# its own. The viewer's script and style come out of the report's page (src/server/viewer_assets.hpp): its modules are
# constants of that script, which the modules here find by name.
#   cmake -D SITE=web/server -D OUTPUT=FOLDER -P cmake/server_page.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/bundle_modules.cmake)

# A module comes after those that it imports.
set(site_modules event_stream backoff problems api recordings recording live_turns result_data live_stream microphone
  remote_audio voice_clip voices options_form new_recording recording_list token_dialog voices_panel result_screen
  speech_timeline job_screen live_timeline live_screen site begin)
set(site_styles site)
bundle_lists_all(${SITE} "${site_modules};${site_styles};capture")

bundle_modules("${site_modules}" ${SITE} script)
file(WRITE ${OUTPUT}/page.js "${script}")
bundle_styles("${site_styles}" ${SITE} style)
file(WRITE ${OUTPUT}/page.css "${style}")
bundle_script(${SITE}/capture.js script)
file(WRITE ${OUTPUT}/capture.js "${script}")
file(READ ${SITE}/page.html page)
file(WRITE ${OUTPUT}/page.html "${page}")
