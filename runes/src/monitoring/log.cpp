// The only file that knows Boost.Log.
#include "monitoring/log_lines.hpp"

#include <runes/log.hpp>

#include <boost/core/null_deleter.hpp>
#include <boost/log/attributes/attribute_value_impl.hpp>
#include <boost/log/attributes/attribute_value_set.hpp>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core/core.hpp>
#include <boost/log/core/record.hpp>
#include <boost/log/core/record_view.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/utility/exception_handler.hpp>
#include <boost/smart_ptr/make_shared.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <iostream>

namespace runes {
namespace {

namespace bl = boost::log;
using clog_sink = bl::sinks::synchronous_sink<bl::sinks::text_ostream_backend>;
using when = std::chrono::sys_time<std::chrono::microseconds>;

constexpr std::array<std::string_view, 6> severity_names{"trace",   "debug", "info",
                                                         "warning", "error", "fatal"};
constexpr std::array<std::string_view, 3> format_names{"automatic", "human", "json"};

/// The smallest severity that is written. Until start() it is held out of reach by `silent`.
constexpr unsigned silent = 0x100;
std::atomic<unsigned> threshold{silent | static_cast<unsigned>(severity::info)};

/// The names of a record's attributes.
struct names {
  bl::attribute_name severity{"Severity"};
  bl::attribute_name channel{"Channel"};
  bl::attribute_name connection{"Connection"};
  bl::attribute_name text{"Text"};
  bl::attribute_name at{"TimeStamp"};
};

/// Made by the first start() and never destroyed: something may be logged while static objects
/// are.
class sink {
 public:
  static sink& instance() {
    static sink& only = *new sink;
    return only;
  }

  void use(log_format format) {
    bool const human = format == log_format::human ||
                       (format == log_format::automatic && ::isatty(STDERR_FILENO) == 1);
    auto const line = human ? &detail::human_line : &detail::json_line;
    frontend_->set_formatter(
        [this, line](bl::record_view const& record, bl::formatting_ostream& out) {
          auto const text = line(read(record));
          out.write(text.data(), static_cast<std::streamsize>(text.size()));
        });
  }

  void write(severity level, log::source from, std::string_view text) {
    auto const now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    bl::attribute_value_set values(5);
    auto const add = [&values](bl::attribute_name name, auto value) {
      values.insert(name, bl::attributes::make_attribute_value(std::move(value)));
    };
    add(names_.severity, level);
    add(names_.channel, std::string(from.channel));
    add(names_.connection, from.connection);
    add(names_.text, std::string(text));
    add(names_.at, when(now));
    if (auto record = core_->open_record(std::move(values))) core_->push_record(std::move(record));
  }

 private:
  sink() : core_(bl::core::get()) {
    auto const backend = boost::make_shared<bl::sinks::text_ostream_backend>();
    backend->add_stream(boost::shared_ptr<std::ostream>(&std::clog, boost::null_deleter()));
    backend->auto_flush(true);
    frontend_ = boost::make_shared<clog_sink>(backend);
    // Boost.Log's core belongs to the whole process: what an embedding program logs by its own
    // loggers is none of ours.
    frontend_->set_filter([this](bl::attribute_value_set const& values) {
      return !bl::extract<severity>(names_.severity, values).empty();
    });
    // A log that can't be written must not take a connection down.
    frontend_->set_exception_handler(bl::make_exception_suppressor());
    use(log_format::json);
    core_->add_sink(frontend_);
  }

  detail::log_record read(bl::record_view const& record) const {
    auto const& values = record.attribute_values();
    detail::log_record result;
    if (auto const v = bl::extract<severity>(names_.severity, values)) result.level = *v;
    if (auto const v = bl::extract<std::string>(names_.channel, values)) result.channel = *v;
    if (auto const v = bl::extract<std::uint64_t>(names_.connection, values)) {
      result.connection = *v;
    }
    if (auto const v = bl::extract<std::string>(names_.text, values)) result.text = *v;
    if (auto const v = bl::extract<when>(names_.at, values)) result.at = *v;
    return result;
  }

  names names_;
  bl::core_ptr core_;
  boost::shared_ptr<clog_sink> frontend_;
};

template <class Enum, std::size_t Count>
std::optional<Enum> named(std::array<std::string_view, Count> const& all, std::string_view name) {
  for (std::size_t i = 0; i < Count; ++i) {
    if (all[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(severity level) noexcept {
  return severity_names[static_cast<std::size_t>(level)];
}

std::optional<severity> severity_from(std::string_view name) noexcept {
  return named<severity>(severity_names, name);
}

std::string_view name_of(log_format format) noexcept {
  return format_names[static_cast<std::size_t>(format)];
}

std::optional<log_format> log_format_from(std::string_view name) noexcept {
  return named<log_format>(format_names, name);
}

namespace log {

void start(severity level, log_format format) {
  sink::instance().use(format);
  threshold.store(static_cast<unsigned>(level), std::memory_order_relaxed);
}

void set_level(severity level) noexcept {
  auto held = threshold.load(std::memory_order_relaxed);
  while (!threshold.compare_exchange_weak(held, (held & silent) | static_cast<unsigned>(level),
                                          std::memory_order_relaxed)) {
  }
}

severity level() noexcept {
  return static_cast<severity>(threshold.load(std::memory_order_relaxed) & ~silent);
}

bool enabled(severity level) noexcept {
  return static_cast<unsigned>(level) >= threshold.load(std::memory_order_relaxed);
}

void write(severity level, source from, std::string_view text) {
  if (enabled(level)) sink::instance().write(level, from, text);
}

}  // namespace log
}  // namespace runes
