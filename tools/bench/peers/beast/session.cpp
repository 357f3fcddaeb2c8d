#include "bench/peers/beast/session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>

#include <utility>
#include <vector>

namespace runes::bench {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

/// The chat pattern: what is to be sent waits in a vector, and one async_write is under way for its
/// first element. All but deliver() runs on the connection's strand.
class session : public room_member {
 public:
  session(net::ip::tcp::socket&& socket, room& subscribers, publisher& events)
      : stream_(std::move(socket)), room_(subscribers), publisher_(events) {}

  ~session() override {
    if (subscribed_) room_.leave(*this);
    for (auto const& each : queue_) forget(each);
  }

  void start() {
    net::dispatch(stream_.get_executor(), beast::bind_front_handler(&session::on_start, self()));
  }

  void deliver(shared_text const& text) override {
    net::post(stream_.get_executor(),
              beast::bind_front_handler(&session::on_send, self(), outgoing{text, false, true}));
  }

 private:
  struct outgoing {
    shared_text text;
    bool binary;
    bool counted;  // by the room, as a delivery
  };

  std::shared_ptr<session> self() { return std::static_pointer_cast<session>(shared_from_this()); }

  void forget(outgoing const& gone) {
    if (gone.counted) room_.written();
  }

  void on_start() {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.async_accept(beast::bind_front_handler(&session::on_accept, self()));
  }

  void on_accept(error_code error) {
    if (!error) read();
  }

  void read() { stream_.async_read(buffer_, beast::bind_front_handler(&session::on_read, self())); }

  void on_read(error_code error, std::size_t) {
    if (error) return leave();
    auto text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    on_message(std::move(text), stream_.got_binary());
    read();
  }

  void on_message(std::string text, bool binary) {
    auto read = binary ? command(echo_command{}) : parse_command(text);
    if (std::holds_alternative<subscribe_command>(read)) {
      subscribed_ = true;
      room_.join(*this);
    } else if (auto const* wanted = std::get_if<publish_command>(&read)) {
      publisher_.begin(*wanted);
    } else if (std::holds_alternative<stop_command>(read)) {
      publisher_.stop();
    } else {
      auto const* refused = std::get_if<refused_command>(&read);
      if (refused) text = refused->reply();
      on_send({std::make_shared<std::string const>(std::move(text)), binary, false});
    }
  }

  void on_send(outgoing const& next) {
    if (ended_) return forget(next);
    queue_.push_back(next);
    if (queue_.size() == 1) write();
  }

  void write() {
    stream_.binary(queue_.front().binary);
    stream_.async_write(net::buffer(*queue_.front().text),
                        beast::bind_front_handler(&session::on_write, self()));
  }

  void on_write(error_code error, std::size_t) {
    forget(queue_.front());
    queue_.erase(queue_.begin());
    if (error) return leave();
    if (!queue_.empty()) write();
  }

  // The element being written stays until its write ends; the rest goes now, so that nobody waits
  // for it.
  void leave() {
    ended_ = true;
    if (std::exchange(subscribed_, false)) room_.leave(*this);
    while (queue_.size() > 1) {
      forget(queue_.back());
      queue_.pop_back();
    }
  }

  websocket::stream<beast::tcp_stream> stream_;
  room& room_;
  publisher& publisher_;
  beast::flat_buffer buffer_;
  std::vector<outgoing> queue_;
  bool subscribed_ = false;
  bool ended_ = false;
};

}  // namespace

void start_session(net::ip::tcp::socket socket, room& subscribers, publisher& events) {
  std::make_shared<session>(std::move(socket), subscribers, events)->start();
}

}  // namespace runes::bench
