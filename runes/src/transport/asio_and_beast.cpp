// Asio's and Beast's own functions, compiled here once (see BOOST_ASIO_SEPARATE_COMPILATION in
// runes/CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
