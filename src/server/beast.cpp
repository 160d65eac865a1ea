// The compiled part of Boost.Asio and Boost.Beast: with BOOST_ASIO_SEPARATE_COMPILATION and
// BOOST_BEAST_SEPARATE_COMPILATION, in this one place.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
