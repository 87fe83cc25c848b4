// Opens the sockets that a server listens with.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "agent/core/http/listen_address.h"
#include "reconcilers/core/result.h"

namespace holdfast::agent {

// One for most addresses, two for localhost (one where the machine has no IPv6). With port 0 all have the same, which
// is free. Errors: Transient for a port that another process has and for an address that the machine does not have,
// Terminal for what is not allowed; each with a hint. Children of this process do not inherit the sockets.
Result<std::vector<boost::asio::ip::tcp::acceptor>> open_listeners(boost::asio::io_context& loop,
                                                                   const http::ListenAddress& address);

// Children of this process do not inherit it.
void close_on_exec(int descriptor);

}  // namespace holdfast::agent
