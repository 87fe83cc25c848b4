#include "agent/core/event_log.h"

#include <gtest/gtest.h>

#include "tests/controller/moment.h"

namespace holdfast::agent {
namespace {

TEST(EventLog, CountsEqualOnesInARowAndKeepsTheLastHundred) {
  Moment moment;
  EventLog log("popup");
  for (int i = 0; i < 3; ++i) {
    log.add(EventLevel::Warning, "RunFailed", "", "locked", moment.now().wall);
    moment.pass(std::chrono::seconds(1));
  }
  ASSERT_EQ(log.all().size(), 1U);
  EXPECT_EQ(log.all()[0].count, 3U);
  EXPECT_EQ(log.all()[0].last - log.all()[0].first, std::chrono::seconds(2));
  for (int i = 0; i < 200; ++i) {
    log.add(EventLevel::Normal, "Corrected", "campaigns", std::to_string(i), moment.now().wall);
  }
  ASSERT_EQ(log.all().size(), most_events);
  EXPECT_EQ(log.all().back().message, "199");
  EXPECT_EQ(log.all().back().number, 201U);
}

TEST(EventLog, TellsNewsOnce) {
  Moment moment;
  EventLog log("popup");
  log.add(EventLevel::Normal, "A", "", "1", moment.now().wall);
  log.add(EventLevel::Normal, "A", "", "1", moment.now().wall);
  log.add(EventLevel::Normal, "B", "", "2", moment.now().wall);
  const std::vector<Event> news = log.take_news();
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].count, 2U);
  EXPECT_TRUE(log.take_news().empty());
  log.add(EventLevel::Normal, "B", "", "2", moment.now().wall);
  ASSERT_EQ(log.take_news().size(), 1U) << "it has been counted again";
}

}  // namespace
}  // namespace holdfast::agent
