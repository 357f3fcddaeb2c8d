#include "key_file.hpp"

#include "keys_command.hpp"

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace {

std::string const secret = "0123456789abcdef0123456789abcdef";

/// One key's object, with `with` in place of the part of that name.
std::string key_text(std::string const& name = {}, std::string const& with = {}) {
  std::vector<std::pair<std::string, std::string>> parts{
      {"apiKey", R"("apiKey":"k")"},
      {"secret", R"("secret":")" + secret + '"'},
      {"account", R"("account":"ann")"},
  };
  std::string text;
  for (auto& [part, content] : parts) {
    if (part == name) content = with;
    if (!content.empty()) text += (text.empty() ? "" : ",") + content;
  }
  if (name == "more") text += "," + with;
  return "{" + text + "}";
}
std::string keys_text(std::string const& inside) { return "{\"keys\":[" + inside + "]}"; }

/// What is said against a text; "" when nothing is.
std::string problem(std::string const& text) {
  try {
    exchange::keys_from_json(text, "file");
  } catch (runes::error const& e) {
    BOOST_TEST((e.code() == runes::errc::bad_config));
    BOOST_TEST((e.sentence().find(secret) == std::string::npos));
    return e.sentence();
  }
  return {};
}

/// A folder of its own, and a file in it.
struct in_a_folder {
  fs::path folder;
  fs::path file;

  in_a_folder() {
    auto pattern = (fs::temp_directory_path() / "runes-keys-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()));
    folder = pattern;
    file = folder / "keys.json";
  }
  ~in_a_folder() { fs::remove_all(folder); }

  void write(std::string const& text, mode_t mode = 0600) const {
    std::ofstream(file) << text;
    BOOST_REQUIRE(::chmod(file.c_str(), mode) == 0);
  }
  std::string refused() const {
    try {
      exchange::load_keys(file);
    } catch (runes::error const& e) {
      BOOST_TEST(e.sentence().starts_with(file.string() + ": "));
      return e.sentence().substr(file.string().size() + 2);
    }
    return {};
  }
  static mode_t mode_of(fs::path const& of) {
    struct stat about{};
    BOOST_REQUIRE(::lstat(of.c_str(), &about) == 0);
    return about.st_mode & 07777U;
  }
  std::size_t files() const {
    return std::size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  struct outcome {
    int status;
    std::string out, errors;
  };
  static outcome run(std::vector<std::string> const& words) {
    std::ostringstream out, errors;
    int const status = exchange::keys_command(words, out, errors);
    return {status, out.str(), errors.str()};
  }
  outcome keys(std::vector<std::string> words) const {
    words.insert(words.end(), {"--keys", file.string()});
    return run(words);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(key_file)

BOOST_AUTO_TEST_CASE(the_text_of_keys) {
  auto const keys = exchange::keys_from_json(
      keys_text(key_text() + "," + key_text("apiKey", R"("permissions":["read"],"apiKey":"b")")),
      "file");
  BOOST_TEST(keys.size() == 2u);
  BOOST_TEST(keys.find("k")->secret == secret);
  BOOST_TEST(keys.find("k")->account == "ann");
  BOOST_TEST(keys.find("k")->permissions.empty());
  BOOST_TEST(keys.find("b")->permissions.at(0) == "read");
  BOOST_TEST(exchange::keys_from_json(keys_text(""), "file").size() == 0u);
  auto const again = exchange::keys_from_json(exchange::keys_as_json(keys), "file");
  BOOST_TEST(exchange::keys_as_json(again) == exchange::keys_as_json(keys));
  BOOST_TEST(again.find("b")->permissions.at(0) == "read");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_it_is_named) {
  std::string const no_permissions =
      "file: keys[0]: 'permissions' must be a list, of which each is read, trade, transfer or "
      "admin";
  std::pair<std::string, std::string> const wrong[] = {
      {"", "file: is no JSON: incomplete JSON"},
      {"{\"keys\":[]} x", "file: is no JSON: extra data"},
      {"[]", "file: must be a JSON object"},
      {"{}", "file: must have a list 'keys'"},
      {R"({"keys":{}})", "file: must have a list 'keys'"},
      {R"({"keys":[],"more":1})", "file: there is no 'more' in it"},
      {keys_text("7"), "file: keys[0]: must be a JSON object"},
      {keys_text("{}"), "file: keys[0]: 'apiKey' must be a string"},
      {keys_text(key_text("secret", "")), "file: keys[0]: 'secret' must be a string"},
      {keys_text(key_text("account", R"("account":7)")),
       "file: keys[0]: 'account' must be a string"},
      {keys_text(key_text("account", R"("account":"an n")")),
       "file: keys[0]: 'account' must be 1 to 64 letters, digits, '-', '_' and '.'"},
      {keys_text(key_text("more", R"("sekret":1)")), "file: keys[0]: there is no 'sekret' in it"},
      {keys_text(key_text("more", R"("permissions":"read")")), no_permissions},
      {keys_text(key_text("more", R"("permissions":[1])")), no_permissions},
      {keys_text(key_text("more", R"("permissions":["trade","raed"])")), no_permissions},
      {keys_text(key_text() + "," + key_text()), "file: keys[1]: there are two keys 'k'"},
      {keys_text(key_text("secret", R"("secret":"short")")),
       "file: keys[0]: the secret of key 'k' must be 32 to 64 characters long, not 5"},
      {keys_text(key_text("secret", R"("secret":")" + std::string(32, 'a') + '"')),
       "file: keys[0]: the secret of key 'k' must have at least 8 different characters: draw it at "
       "random"},
  };
  for (auto const& [text, sentence] : wrong) BOOST_TEST(problem(text) == sentence);
}

BOOST_AUTO_TEST_CASE(names_of_accounts) {
  for (auto const* good : {"a", "Ann-1_b.c", "0"}) BOOST_TEST(exchange::is_account_name(good));
  BOOST_TEST(exchange::is_account_name(std::string(64, 'a')));
  BOOST_TEST(!exchange::is_account_name(std::string(65, 'a')));
  for (auto const* bad : {"", " ", "a b", "a/b", "a\n", "\xc3\xbc", "a'"})
    BOOST_TEST(!exchange::is_account_name(bad));
}

BOOST_FIXTURE_TEST_CASE(only_its_owner_may_use_it, in_a_folder) {
  for (mode_t const good : {0600U, 0400U, 0700U}) {
    write(keys_text(key_text()), good);
    BOOST_TEST(exchange::load_keys(file).size() == 1u);
    fs::remove(file);
  }
  for (mode_t const bad : {0640U, 0620U, 0604U, 0602U, 0666U, 0660U, 0610U}) {
    write(keys_text(key_text()), bad);
    auto const sentence = refused();
    BOOST_TEST(sentence.starts_with("holds secrets, and others than its owner may use it (mode 0"));
    BOOST_TEST(sentence.ends_with("; chmod 600 it"));
    fs::remove(file);
  }
}

BOOST_FIXTURE_TEST_CASE(must_be_a_regular_file, in_a_folder) {
  BOOST_TEST(refused() == "can't be opened: No such file or directory");
  fs::create_directory(file);
  BOOST_TEST(refused() == "must be a regular file");
  fs::remove(file);
  BOOST_REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  BOOST_TEST(refused() == "must be a regular file");  // and nobody waits for a writer
  fs::remove(file);
  std::ofstream(folder / "real") << keys_text(key_text());
  fs::create_symlink(folder / "real", file);
  BOOST_TEST(refused() == "is a symbolic link; it must be a regular file");
  BOOST_CHECK_THROW(exchange::change_keys(file, [](auto&) {}), runes::error);
  fs::remove(file);
  write(std::string(4 * 1024 * 1024 + 1, ' '));
  BOOST_TEST(refused() == "is larger than 4 MiB");
}

BOOST_FIXTURE_TEST_CASE(is_changed_as_a_whole, in_a_folder) {
  std::ofstream(folder / "keys.json.new") << "what a crash has left";
  exchange::change_keys(file, [](runes::api_keys& keys) { keys.add({"k", secret, "ann", {}}); });
  BOOST_TEST(mode_of(file) == 0600u);
  BOOST_TEST(files() == 1u);
  BOOST_TEST(exchange::load_keys(file).size() == 1u);
  auto const failing = [](runes::api_keys& keys) {
    keys.remove("k");
    throw std::runtime_error("no");
  };
  BOOST_CHECK_THROW(exchange::change_keys(file, failing), std::runtime_error);
  BOOST_TEST(exchange::load_keys(file).size() == 1u);
  BOOST_REQUIRE(::chmod(file.c_str(), 0644) == 0);
  BOOST_CHECK_THROW(exchange::change_keys(file, [](auto&) {}), runes::error);
  BOOST_TEST(mode_of(file) == 0644u);
  BOOST_CHECK_THROW(exchange::change_keys(folder / "no" / "keys.json", [](auto&) {}), runes::error);
}

BOOST_FIXTURE_TEST_CASE(those_who_change_it_at_once_take_turns, in_a_folder) {
  auto const add_some = [this](std::string const& name) {
    for (int i = 0; i < 10; ++i) {
      exchange::change_keys(file, [&](runes::api_keys& keys) {
        keys.add({name + std::to_string(i), secret, "ann", {}});
      });
    }
  };
  std::vector<std::thread> threads;
  for (auto const* name : {"a", "b", "c"}) threads.emplace_back(add_some, name);
  for (auto& each : threads) each.join();
  BOOST_TEST(exchange::load_keys(file).size() == 30u);
}

BOOST_FIXTURE_TEST_CASE(the_command_adds_lists_and_removes, in_a_folder) {
  auto const added = keys({"add", "ann"});
  BOOST_TEST(added.status == 0);
  auto const all = exchange::load_keys(file);
  BOOST_REQUIRE(all.size() == 1u);
  auto const& key = all.all().begin()->second;
  BOOST_TEST(added.out == "account  ann\napiKey   " + key.id + "\nsecret   " + key.secret + "\n");
  BOOST_TEST(key.secret.size() == 64u);
  auto const listed = keys({"list"});
  BOOST_TEST(listed.out == key.id + "  ann\n");
  auto const removed = keys({"remove", key.id});
  BOOST_TEST(removed.out == "removed  " + key.id + "\n");
  BOOST_TEST(keys({"list"}).out.empty());
}

BOOST_FIXTURE_TEST_CASE(the_command_names_what_is_wrong, in_a_folder) {
  std::pair<std::vector<std::string>, std::string> const wrong[] = {
      {{}, "'keys' needs add, list or remove; see keys --help"},
      {{"ad"}, "there is no 'keys ad'; see keys --help"},
      {{"add"}, "'keys add' needs the account's NAME"},
      {{"add", "an n"},
       "an account's name is 1 to 64 letters, digits, '-', '_' and '.', not 'an n'"},
      {{"add", "ann", "bob"}, "what is 'bob'? See keys --help"},
      {{"list", "bob"}, "what is 'bob'? See keys --help"},
      {{"remove"}, "'keys remove' needs a KEY"},
      {{"list", "--all"}, "there is no option --all of 'keys'; see runes-exchange keys --help"},
      {{"list"}, file.string() + ": can't be opened: No such file or directory"},
      {{"remove", "k"}, file.string() + ": can't be opened: No such file or directory"},
  };
  for (auto const& [words, sentence] : wrong) {
    auto const said = keys(words);
    BOOST_TEST(said.status == 2);
    BOOST_TEST(said.out.empty());
    BOOST_TEST(said.errors == "runes-exchange: " + sentence + "\n");
  }
  BOOST_TEST(files() == 0u);
  keys({"add", "ann"});
  BOOST_TEST(keys({"remove", "k"}).errors ==
             "runes-exchange: there is no key 'k' in " + file.string() + "\n");
  BOOST_TEST(run({"list", "--keys"}).errors == "runes-exchange: --keys needs a value\n");
  BOOST_TEST(run({"add", "ann", "--data", (folder / "a" / "b").string()}).errors ==
             "runes-exchange: the data directory " + (folder / "a" / "b").string() +
                 " can't be made: No such file or directory\n");
  BOOST_TEST(run({"--help"}).out.starts_with("runes-exchange keys: "));
}

BOOST_FIXTURE_TEST_CASE(the_data_directory_is_made_for_its_owner_alone, in_a_folder) {
  auto const data = folder / "data";
  auto const words = [&](std::vector<std::string> of) {
    of.push_back("--data=" + data.string());
    return run(of);
  };
  BOOST_TEST(words({"list"}).status == 2);
  BOOST_TEST(!fs::exists(data));  // who only asks makes nothing
  BOOST_TEST(words({"add", "ann"}).status == 0);
  BOOST_TEST(mode_of(data) == 0700u);
  BOOST_TEST(mode_of(data / "keys.json") == 0600u);
  BOOST_TEST(words({"add", "bob"}).status == 0);
  BOOST_TEST(exchange::load_keys(data / "keys.json").size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
