#include "bench/resume/client.hpp"

#include "bench/load/swarm.hpp"
#include "bench/local/websocket.hpp"

#include <sys/socket.h>

namespace runes::bench {

void resume_client::subscribe(std::uint16_t port, std::string_view symbol, bool resume) {
  std::string request = R"({"id":1,"op":"subscribe","channel":"trades","symbols":[")";
  request.append(symbol).append("\"]");
  if (resume) {
    request.append(R"(,"since":{")").append(symbol).append(R"(":{"epoch":")").append(epoch_);
    request.append(R"(","seq":)").append(std::to_string(seq_)).append("}}");
  }
  frames_ = frame_cutter(1 << 20);
  replied_ = recovered_ = false;
  socket_ = open_websocket(port);
  send_text(socket_.get(), request + "}");
  while (!replied_) receive();
}

void resume_client::receive_until(std::uint64_t seq) {
  while (seq_ < seq) receive();
}

void resume_client::receive() {
  auto const got =
      checked(static_cast<int>(recv(socket_.get(), buffer_.data(), buffer_.size(), 0)), "recv");
  if (got == 0) throw run_error("the server ended the stream");
  auto const bytes = std::span(buffer_).first(static_cast<std::size_t>(got));
  frames_.feed(bytes, [this](frame_head const& head, std::span<char> payload) {
    if (head.kind() == close_frame) throw run_error("the server closed");
    if (head.kind() == text_frame) on_message({payload.data(), payload.size()});
    return true;
  });
}

void resume_client::on_message(std::string_view message) {
  if (message.starts_with(R"({"id")")) return on_reply(message);
  auto const place = scanner_.scan(message);
  if (!place) {
    ++wrong_;
  } else if (place->prev) {
    wrong_ += *place->prev == seq_ ? 0 : 1;
    ++events_;
    bytes_ += message.size();
    seq_ = place->seq;
  } else {
    seq_ = place->seq;
  }
}

void resume_client::on_reply(std::string_view reply) {
  constexpr std::string_view key = R"("epoch":")";
  auto const at = reply.find(key);
  if (at == std::string_view::npos) throw run_error("the server refused: " + std::string(reply));
  auto const begin = at + key.size();
  epoch_ = reply.substr(begin, reply.find('"', begin) - begin);
  replied_ = true;
  recovered_ = reply.find(R"("recovered":true)") != std::string_view::npos;
}

}  // namespace runes::bench
