// echo_client URL: connects, sends every message back until the peer closes. Exit status 0 on a
// clean close.
#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>

class echo : public runes::handler {
 public:
  runes::handler_options options() const override {
    return runes::handler_options().raw().max_message_bytes(16 << 20).compression();
  }

  runes::awaitable<> on_message(runes::session& peer, runes::message const& said) override {
    if (said.text) {
      co_await peer.send(std::string(said.data));
    } else {
      co_await peer.send_binary(std::string(said.data));
    }
  }
};

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: echo_client ws://HOST:PORT/PATH\n");
    return 2;
  }
  boost::asio::io_context loop;
  int status = 1;
  auto running = runes::run_handler(loop.get_executor(), argv[1], std::make_shared<echo>());
  boost::asio::co_spawn(loop, std::move(running),
                        [&status](std::exception_ptr failure, runes::close_reason why) {
                          try {
                            if (failure) std::rethrow_exception(failure);
                            bool const clean = why.code == runes::close_code::normal ||
                                               why.code == runes::close_code::going_away ||
                                               why.code == runes::close_code::no_status;
                            status = clean ? 0 : 1;
                            if (!clean)
                              std::fprintf(stderr, "echo_client: ended with %u %s\n",
                                           unsigned(why.code), why.text.c_str());
                          } catch (std::exception const& e) {
                            std::fprintf(stderr, "echo_client: %s\n", e.what());
                          }
                        });
  loop.run();
  return status;
}
