// Uses a little of both roles, so that the linker has something to find.
#include <runes/runes.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <string>

int main() {
  runes::server_config config;
  config.port = 0;
  runes::server server(config);
  server.listen();
  runes::key_check const keys{runes::api_keys()};
  boost::asio::io_context loop;
  runes::client client(loop.get_executor());
  std::printf("runes %s listens on %s\n", std::string(runes::version()).c_str(),
              server.addresses().front().c_str());
}
