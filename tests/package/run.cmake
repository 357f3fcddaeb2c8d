# Takes runes into another project in both ways. Needs BUILD (a built folder of runes), SOURCE, WORK and COMPILER.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
set(consumer ${CMAKE_CURRENT_LIST_DIR})
set(options -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Debug)

# Installed: built and run.
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${consumer} -B ${WORK}/installed ${options} -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/installed)
run(${WORK}/installed/consumer)

# As a folder: configured only, since building it is what this very build has done already.
run(${CMAKE_COMMAND} -S ${consumer} -B ${WORK}/folder ${options} -DRUNES_SOURCE=${SOURCE})
