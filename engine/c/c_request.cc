#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "engine/c/batch_call.h"
#include "engine/c/batch_report.h"
#include "engine/c/post_call.h"
#include "engine/c/requests_from_c.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Requests of the C interface: one, several that are linked, several in a row.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

using Requests = ArrayFromC<const lockstep_transfer_request>;

template <class Handle>
lockstep_outcome PostRequestFromC(Handle* handle,
                                  const lockstep_transfer_request* request,
                                  lockstep_receipt* receipt) noexcept {
  RequestsFromC one;
  return PostFromC(
      handle, request == nullptr ? Outcome::kNullPointer : Outcome::kOk,
      receipt, [&] { return one.Add(*request); },
      [&](auto& its) { return its.Post(one.requests().front()); });
}

// --- Each by itself ---------------------------------------------------------

// Goes through requests by as many as can be copied in place, so that only the
// receipts, if they are wanted, need memory, and that before anything is done.
template <class Its>
class EachInTurn {
 public:
  EachInTurn(Its& its, const Requests& requests, const EachOptions& options,
             const BatchReport& report)
      : its_(its),
        requests_(requests),
        options_(options),
        report_(report),
        receipts_(report.wants_receipts()
                      ? std::min<std::uint64_t>(report.count(),
                                                RequestsFromC::kInPlace)
                      : 0) {}

  [[nodiscard]] BatchResult Post() noexcept {
    while (done_ < report_.count()) {
      if (!result_.ok() && options_.stop_at_refusal) {
        report_.WriteFrom(done_, Refused(Outcome::kNotAttempted));
        break;
      }
      RequestsFromC some;
      const Outcome fault = Take(some);
      if (some.size() > 0) {
        PostSome(some.requests());
      } else {
        RefuseNext(fault);
      }
    }
    return result_;
  }

 private:
  // Adds those that come next. What is wrong with one ends it; if that is the
  // first one, it is given.
  [[nodiscard]] Outcome Take(RequestsFromC& some) const noexcept {
    for (std::uint64_t next = done_;
         next < report_.count() && some.HasRoomFor(requests_[next]); ++next) {
      Outcome read = requests_.Check(next);
      if (read == Outcome::kOk) read = some.Add(requests_[next]);
      if (read != Outcome::kOk) return read;
    }
    return Outcome::kOk;
  }

  void PostSome(std::span<const TransferRequest> some) noexcept {
    BatchResult result;
    if (report_.wants_receipts()) {
      const std::span<Receipt> receipts(receipts_.data(), some.size());
      result = its_.PostEach(some, receipts, options_);
      for (std::size_t i = 0; i < some.size(); ++i) {
        report_.Write(done_ + i, receipts[i]);
      }
    } else {
      std::array<Outcome, RequestsFromC::kInPlace> outcomes;
      result = its_.PostEach(
          some, std::span<Outcome>(outcomes.data(), some.size()), options_);
      for (std::size_t i = 0; i < some.size(); ++i) {
        report_.Write(done_ + i, outcomes[i]);
      }
    }
    result_.posted += result.posted;
    if (!result.ok()) MarkRefused(done_ + result.first_refused, result.outcome);
    done_ += some.size();
  }

  void RefuseNext(Outcome outcome) noexcept {
    report_.Write(done_, Refused(outcome));
    MarkRefused(done_, outcome);
    ++done_;
  }

  void MarkRefused(std::uint64_t transfer, Outcome outcome) noexcept {
    if (!result_.ok()) return;
    result_.outcome = outcome;
    result_.first_refused = transfer;
  }

  Its& its_;
  const Requests& requests_;
  const EachOptions& options_;
  const BatchReport& report_;
  Receipts receipts_;  // of as many as are posted at a time
  BatchResult result_;
  std::uint64_t done_ = 0;
};

template <class Handle>
lockstep_outcome PostAllFromC(Handle* handle,
                              const lockstep_transfer_request* requests,
                              const lockstep_link_options* options,
                              const BatchReport& report) noexcept {
  return PostLinkedFromC<RequestsFromC>(
      handle, requests, options, report,
      [](auto& its, RequestsFromC& made, std::span<Receipt> receipts,
         const LinkOptions& with) {
        return its.PostAll(made.requests(), receipts, with);
      });
}

template <class Handle>
lockstep_outcome PostEachFromC(Handle* handle,
                               const lockstep_transfer_request* requests,
                               const lockstep_each_options* options,
                               const BatchReport& report) noexcept {
  return PostSeveralFromC<EachOptions>(
      handle, requests, options, report,
      [&](auto& its, const Requests& all, const EachOptions& with) {
        return EachInTurn(its, all, with, report).Post();
      });
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_post_request(lockstep_ledger* ledger,
                                       const lockstep_transfer_request* request,
                                       lockstep_receipt* receipt) noexcept {
  return PostRequestFromC(ledger, request, receipt);
}

lockstep_outcome lockstep_post_all(lockstep_ledger* ledger,
                                   const lockstep_transfer_request* requests,
                                   std::uint64_t count,
                                   const lockstep_link_options* options,
                                   lockstep_receipt* receipts,
                                   lockstep_batch_result* result) noexcept {
  return PostAllFromC(ledger, requests, options,
                      BatchReport(count, nullptr, receipts, result));
}

lockstep_outcome lockstep_post_each(lockstep_ledger* ledger,
                                    const lockstep_transfer_request* requests,
                                    std::uint64_t count,
                                    const lockstep_each_options* options,
                                    lockstep_outcome* outcomes,
                                    lockstep_receipt* receipts,
                                    lockstep_batch_result* result) noexcept {
  return PostEachFromC(ledger, requests, options,
                       BatchReport(count, outcomes, receipts, result));
}

lockstep_outcome lockstep_session_post_request(
    lockstep_session* session, const lockstep_transfer_request* request,
    lockstep_receipt* receipt) noexcept {
  return PostRequestFromC(session, request, receipt);
}

lockstep_outcome lockstep_session_post_all(
    lockstep_session* session, const lockstep_transfer_request* requests,
    std::uint64_t count, const lockstep_link_options* options,
    lockstep_receipt* receipts, lockstep_batch_result* result) noexcept {
  return PostAllFromC(session, requests, options,
                      BatchReport(count, nullptr, receipts, result));
}

lockstep_outcome lockstep_session_post_each(
    lockstep_session* session, const lockstep_transfer_request* requests,
    std::uint64_t count, const lockstep_each_options* options,
    lockstep_outcome* outcomes, lockstep_receipt* receipts,
    lockstep_batch_result* result) noexcept {
  return PostEachFromC(session, requests, options,
                       BatchReport(count, outcomes, receipts, result));
}

}  // extern "C"
