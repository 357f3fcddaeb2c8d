// Real files: the lock, a round through the operating system, and a process that is killed.
#include "storage_test.hpp"

#include <storage/disk_directory.hpp>
#include <storage/error.hpp>
#include <storage/mirror.hpp>
#include <storage/snapshots.hpp>
#include <storage/store.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

using namespace exchange::storage;

namespace {

journal_config const small_segments{20'000, 5'000};

// In the child: tells the parent what is durable, through a pipe.
class telling_listener final : public journal_listener {
 public:
  explicit telling_listener(int pipe) : pipe_(pipe) {}
  void on_durable(sequence up_to) noexcept override {
    if (::write(pipe_, &up_to, sizeof up_to) != sizeof up_to) ::_exit(1);  // the parent is gone
  }
  void on_failed(std::string const&) noexcept override { ::_exit(2); }

 private:
  int pipe_;
};

// What the mirror has after record n: a balance that is n, and a fill.
mirror_batch mirrored(sequence n) {
  mirror_batch rows;
  rows.up_to = n;
  rows.accounts = {{"alice", "USD", "0", "0", std::to_string(n), 0}};
  fill_row fill;
  fill.trade_id = static_cast<std::int64_t>(n);
  rows.fills = {fill};
  return rows;
}

// Takes what recovery hands over into the mirror, as a venue would.
class mirroring_target final : public recovery_target {
 public:
  explicit mirroring_target(mirror& into) : into_(&into) {}
  void on_snapshot(sequence, std::string_view) override {}
  void on_record(sequence number, std::string_view) override { into_->apply(mirrored(number)); }

 private:
  mirror* into_;
};

// Appends, mirrors what is durable and takes snapshots until it is killed.
[[noreturn]] void write_for_ever(std::filesystem::path const& path, int pipe) {
  disk_directory where(path);
  telling_listener listener(pipe);
  rebuilt_state nothing;
  store out(where, nothing, small_segments, listener);
  mirror tables(path / "mirror.db");
  auto state = nothing.state;
  sequence in_state = nothing.last, last = nothing.last, snapshot = nothing.last;
  for (;;) {
    if (out.append(record_of(last + 1)).verdict == append_verdict::accepted) ++last;
    auto const durable = out.durable();
    while (in_state < durable) {
      ++in_state;
      state.append(std::to_string(in_state)) += record_of(in_state);
      tables.apply(mirrored(in_state));
    }
    if (durable < snapshot + 150) continue;
    tables.make_durable();
    out.save_snapshot(durable, state);
    snapshot = durable;
  }
}

std::optional<sequence> next_told(int pipe) {
  sequence up_to = 0;
  auto const n = ::read(pipe, &up_to, sizeof up_to);
  return n == sizeof up_to ? std::optional(up_to) : std::nullopt;
}

// A child that is killed after it told of `records` durable ones. What it told at last.
sequence run_and_kill(std::filesystem::path const& path, sequence records) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  auto const child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    try {
      write_for_ever(path, ends[1]);
    } catch (...) {
      ::_exit(3);
    }
  }
  ::close(ends[1]);
  sequence told = 0;
  bool killed = false;
  while (auto const next = next_told(ends[0])) {
    told = *next;
    if (!killed && told >= records) killed = ::kill(child, SIGKILL) == 0;
  }
  ::close(ends[0]);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  return told;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(disk)

BOOST_AUTO_TEST_CASE(one_process_at_a_time_has_the_directory) {
  temporary_directory const temporary;
  auto const path = temporary.path() / "data";
  {
    disk_directory const first(path);
    try {
      disk_directory const second(path);
      BOOST_ERROR("the directory was given twice");
    } catch (storage_error const& error) {
      BOOST_TEST(error.what() ==
                 "the directory " + path.string() +
                     " is in use by another process; only one at a time may have it");
    }
  }
  disk_directory const again(path / "");
  BOOST_TEST(again.prefix() == (path / "").string());
  struct stat about{};
  BOOST_REQUIRE(::stat(path.c_str(), &about) == 0);
  BOOST_TEST((about.st_mode & 0777) == 0700u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_opened_is_named) {
  temporary_directory const temporary;
  auto const file = temporary.path() / "file";
  std::ofstream(file) << "text";
  auto const refused = [](std::filesystem::path const& path) -> std::string {
    try {
      disk_directory const opened(path);
    } catch (storage_error const& error) {
      return error.what();
    }
    return {};
  };
  BOOST_TEST(refused(file) == "cannot open the directory " + file.string() + ": Not a directory");
  BOOST_TEST(refused(temporary.path() / "no" / "such") ==
             "cannot make the directory " + (temporary.path() / "no" / "such").string() +
                 ": No such file or directory");
  disk_directory where(temporary.path());
  BOOST_CHECK_THROW(where.read("none"), storage_error);
  BOOST_CHECK_THROW(where.remove("none"), storage_error);
  BOOST_CHECK_THROW(where.rename("none", "other"), storage_error);
  BOOST_CHECK_THROW(where.cut("none", 0), storage_error);
}

BOOST_AUTO_TEST_CASE(a_round_through_real_files) {
  temporary_directory const temporary;
  for (sequence const until : {100u, 200u, 300u}) {
    disk_directory where(temporary.path());
    waiting_listener listener;
    rebuilt_state found;
    store out(where, found, small_segments, listener);
    BOOST_TEST((found.state == state_after(until - 100)));
    BOOST_TEST(out.recovered().reports.empty());
    for (auto n = until - 99; n <= until; ++n) {
      BOOST_TEST_REQUIRE(out.append(record_of(n)).number == n);
      if (n % 20 == 0) BOOST_REQUIRE(listener.wait_for(n));
      if (n % 40 == 0) out.save_snapshot(n, state_after(n));
    }
    BOOST_REQUIRE(listener.wait_for(until));
  }
  {
    std::ofstream file(temporary.path() / segment_name(301), std::ios::app);
    file << "torn";
  }
  disk_directory where(temporary.path());
  rebuilt_state found;
  BOOST_TEST(recover(where, found).reports.size() == 1u);
  BOOST_TEST((found.state == state_after(300)));
}

BOOST_AUTO_TEST_CASE(a_killed_process_loses_nothing_that_was_durable) {
  temporary_directory const temporary;
  sequence told = 0;
  for (sequence const more : {1u, 300u, 700u}) {
    told = run_and_kill(temporary.path(), told + more);
    disk_directory where(temporary.path());
    rebuilt_state found;
    auto const result = recover(where, found);
    BOOST_TEST(result.last >= told);
    BOOST_REQUIRE((found.state == state_after(result.last)));
    told = result.last;

    mirror tables(temporary.path() / "mirror.db");
    BOOST_TEST((compare_mirror(tables.applied(), result.snapshot, result.last) ==
                mirror_standing::current));
    mirroring_target bring_up(tables);
    recover(where, bring_up);
    BOOST_TEST(tables.applied() == result.last);
    BOOST_TEST(tables.rows<account_row>()[0].total == std::to_string(result.last));
    BOOST_TEST(tables.rows<fill_row>().size() == result.last);
  }
  BOOST_TEST(told > 1'000u);
}

BOOST_AUTO_TEST_SUITE_END()
