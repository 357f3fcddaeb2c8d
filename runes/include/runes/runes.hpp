// All of runes.
#pragma once

#include <runes/api_keys.hpp>
#include <runes/asio.hpp>
#include <runes/broker.hpp>
#include <runes/channel.hpp>
#include <runes/client.hpp>
#include <runes/client_config.hpp>
#include <runes/close_reason.hpp>
#include <runes/config.hpp>
#include <runes/decimal.hpp>
#include <runes/error.hpp>
#include <runes/events.hpp>
#include <runes/handler.hpp>
#include <runes/instrument.hpp>
#include <runes/local_endpoint.hpp>
#include <runes/log.hpp>
#include <runes/market_data.hpp>
#include <runes/order_book.hpp>
#include <runes/payloads.hpp>
#include <runes/program_signals.hpp>
#include <runes/request.hpp>
#include <runes/server.hpp>
#include <runes/session.hpp>
#include <runes/subscription.hpp>
