// The entry point that all unit tests share.
#define BOOST_TEST_MODULE runes
#include <boost/test/unit_test.hpp>
