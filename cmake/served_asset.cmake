# Compresses a file that the server carries: cmake -D INPUT=openapi.json -D OUTPUT=openapi.json.gz -P cmake/served_asset.cmake
cmake_minimum_required(VERSION 3.25)
file(READ ${INPUT} text)
if(INPUT MATCHES "\\.json$")
  # Indentation is for those who write it. No text of it holds a line's end.
  string(REGEX REPLACE "\n *" "" text "${text}")
endif()
cmake_path(REPLACE_EXTENSION OUTPUT LAST_ONLY "" OUTPUT_VARIABLE plain)
file(WRITE ${plain} "${text}")
file(ARCHIVE_CREATE OUTPUT ${OUTPUT} PATHS ${plain} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
